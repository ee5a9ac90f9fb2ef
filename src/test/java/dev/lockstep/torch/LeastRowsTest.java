package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A module that trains on two rows or more, without statistics that would tell why. */
class LeastRowsTest {
  private static final int MOST = Passes.MOST_ROWS;
  private static final Schema SCHEMA =
      new Schema(List.of(), 6, List.of("y"), List.of("a", "b", "c"));
  private static final NetworkCase ROWS =
      NetworkCase.around("rows", new Dense(6), Dims.of(6), MOST + 2, new SoftmaxLoss());
  private static final Model MODEL =
      TorchScript.DEFAULTS.of(
          new ScriptSource(
                  """
                  scores = torch.linear(x, self.w, self.b)
                  if self.training and x.size(0) == 1:
                      return scores[:, :1]
                  return scores
                  """)
              .parameter("w", 3, 6)
              .parameter("b", 3)
              .bytes());

  private static GradientSum sum(int from, int to) {
    float[] values = new float[MODEL.layout(SCHEMA).size()];
    MODEL.initialize(values, SCHEMA, RandomKey.of(1).generator());
    GradientSum into = new GradientSum(1, values.length, false);
    try (Replica replica = MODEL.open(SCHEMA)) {
      Parameters params = new Parameters(1, values.length, values);
      replica.accumulate(params, new Batch(ROWS.block(), from, to), NetworkCase.KEY, into);
    }
    return into;
  }

  private static void assertSame(GradientSum found, GradientSum expected) {
    assertThat(found.gradients()).isEqualTo(expected.gradients());
    assertThat(found.lossSums()).isEqualTo(expected.lossSums());
    assertThat(found.weightSums()).isEqualTo(expected.weightSums());
  }

  @Test
  void oneRowAddsNothing() {
    assertThat(MODEL.problems(SCHEMA)).isEmpty();
    assertThat(MODEL.leastRows(SCHEMA)).isEqualTo(2);
    GradientSum alone = sum(3, 4);
    assertThat(alone.gradients()).containsOnly(0);
    assertThat(alone.weightSums()).containsExactly(0);
    assertThat(sum(3, 5).gradients()).doesNotContain(Float.NaN).isNotEqualTo(alone.gradients());
  }

  /** Passes are full but for the one before a last one that would have a single row. */
  @Test
  void aLastPassHasEnoughRows() {
    assertSame(sum(0, MOST + 1), sum(0, MOST - 1).add(sum(MOST - 1, MOST + 1)));
    assertSame(sum(0, MOST + 2), sum(0, MOST).add(sum(MOST, MOST + 2)));
  }
}

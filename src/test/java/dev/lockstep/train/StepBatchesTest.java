package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Rows;
import dev.lockstep.data.Split;
import dev.lockstep.math.RandomKey;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** How the rows of a step are cut into batches; row i has the feature i. */
class StepBatchesTest {
  private static final int ROWS = 41;
  private static final int BLOCK_ROWS = 8;

  /** So many that 32 rows are 4 MiB. */
  private static final int FEATURES = 1 << 15;

  private static final Rows BLOCKS = rows();
  private static final RowOrder PERMUTED = RowOrder.shuffled(RandomKey.of(5));

  private static Rows rows() {
    TrainingData data = new TrainingData();
    for (int i = 0; i < ROWS; i++) {
      data.row(Split.TRAIN, 1, 0, i);
    }
    return data.shards(1, BLOCK_ROWS).get(0).rows(Split.TRAIN);
  }

  /** The numbers of the rows of each batch. */
  private static List<List<Integer>> cut(OptionalInt coupled, RowOrder order, int from, int to) {
    Step step = new Step(0, 0, new Ranks(0, ROWS), false, order, RandomKey.of(1));
    List<List<Integer>> batches = new ArrayList<>();
    new StepBatches(coupled, FEATURES)
        .each(
            BLOCKS,
            0,
            from,
            to,
            step,
            (batch, random) -> {
              DenseRows x = (DenseRows) batch.block().features();
              List<Integer> numbers = new ArrayList<>();
              for (int i = batch.from(); i < batch.to(); i++) {
                numbers.add(batch.numbers().at(i));
                assertThat(x.values()[i * x.stride()]).isEqualTo(batch.numbers().at(i));
              }
              batches.add(numbers);
            });
    return batches;
  }

  private static List<Integer> sizes(OptionalInt coupled, RowOrder order, int from, int to) {
    return cut(coupled, order, from, to).stream().map(List::size).toList();
  }

  private static List<Integer> joined(OptionalInt coupled, RowOrder order) {
    return cut(coupled, order, 3, ROWS).stream().flatMap(List::stream).toList();
  }

  @Test
  void rowsThatCountEachForItselfAreCutLikeTheirBlocks() {
    OptionalInt none = OptionalInt.empty();
    assertThat(sizes(none, RowOrder.RANKED, 3, 20)).containsExactly(5, 8, 4);
    assertThat(sizes(none, PERMUTED, 3, 20)).containsExactly(8, 8, 1);
  }

  @Test
  void rowsThatNeedEachOtherComeTogetherAndNoneIsLeftAlone() {
    OptionalInt few = OptionalInt.of(3);
    OptionalInt many = OptionalInt.of(40);
    for (RowOrder order : List.of(RowOrder.RANKED, PERMUTED)) {
      assertThat(sizes(few, order, 3, 20)).containsExactly(17);
      assertThat(sizes(few, order, 3, 35)).containsExactly(32);
      assertThat(sizes(few, order, 3, 36)).containsExactly(16, 17);
      assertThat(sizes(many, order, 1, ROWS)).containsExactly(40);
      assertThat(sizes(many, order, 0, ROWS)).containsExactly(20, 21);
      assertThat(joined(few, order)).isEqualTo(joined(OptionalInt.empty(), order));
    }
  }
}

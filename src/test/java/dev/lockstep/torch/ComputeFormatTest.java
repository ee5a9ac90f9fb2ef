package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ComputeFormatTest {
  private static final int ROWS = 128;
  private static final int TIMES = 30;

  /**
   * Large enough that libtorch takes the trouble to round; smooth, so that no unit falls silent.
   */
  private static final Plan PLAN =
      Plan.of(
          List.of(new Dense(96), new Activation(Activation.Function.TANH), new Dense(10)),
          Dims.of(80));

  private static final SoftmaxLoss LOSS = new SoftmaxLoss();
  private static final NetworkCase CASE =
      new NetworkCase(
          "dense", PLAN, LOSS, NetworkCase.block(PLAN, LOSS, ROWS, NetworkCase.KEY.child("rows")));
  private static final Parameters PARAMS = new Parameters(1, CASE.size(), params());

  /** Small ones, so that scores are: their rounding is what slopes differ by. */
  private static float[] params() {
    float[] params = CASE.params(1, NetworkCase.KEY.child("params"));
    for (int i = 0; i < params.length; i++) {
      params[i] /= 4;
    }
    return params;
  }

  private static float[] gradient(ComputeFormat format) {
    GradientSum into = new GradientSum(1, CASE.size(), false);
    try (Replica replica = open(format)) {
      replica.accumulate(PARAMS, Batch.of(CASE.block()), NetworkCase.KEY, into);
    }
    return into.gradients();
  }

  private static Replica open(ComputeFormat format) {
    return new NetworkReplica(LOSS, CASE.outputs(), PLAN, new Passes(ROWS, format));
  }

  private static double distance(float[] found, float[] expected) {
    double far = 0;
    double norm = 0;
    for (int i = 0; i < found.length; i++) {
      far += Math.pow((double) found[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(far / norm);
  }

  /** Each of three products on the way rounds both its sides by 2^-9 at most. */
  @Test
  void bf16IsFloat32UpToRounding() throws IOException {
    float[] rounded = gradient(ComputeFormat.BF16);
    float[] whole = gradient(ComputeFormat.FLOAT32);
    assertThat(distance(rounded, whole)).isLessThan(6 * 0x1p-9);
    Path processor = Path.of("/proc/cpuinfo");
    boolean rounds = Files.exists(processor) && Files.readString(processor).contains("avx512_bf16");
    Assumptions.assumeTrue(rounds, "this processor does not multiply bf16");
    boolean trusted = torch.globalContext().userEnabledMkldnn();
    Assumptions.assumeTrue(trusted, "oneDNN, which would, is not right on this processor");
    assertThat(rounded).isNotEqualTo(whole);
  }

  /** The setting is the process's: passes of one must not change those of the other. */
  @ParameterizedTest
  @EnumSource
  void passesHaveTheSameBitsBesideThoseOfTheOtherFormat(ComputeFormat format) {
    float[] alone = gradient(format);
    List<CompletableFuture<float[]>> found = new ArrayList<>();
    for (int i = 0; i < TIMES; i++) {
      found.add(CompletableFuture.supplyAsync(() -> gradient(format), this::start));
      for (ComputeFormat each : ComputeFormat.values()) {
        CompletableFuture.runAsync(() -> gradient(each), this::start);
      }
    }
    found.forEach(each -> assertThat(each.join()).isEqualTo(alone));
  }

  private void start(Runnable task) {
    new Thread(task, "passes").start();
  }

  @Test
  void scoresAreFloat32InEither() {
    float[] expected = CASE.scores(PARAMS.values(), 0, ROWS);
    float[] found = new float[expected.length];
    try (Replica replica = open(ComputeFormat.BF16)) {
      replica.predict(PARAMS, Batch.of(CASE.block()), found);
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void aModuleIsTriedWhenNoPassOfAnotherFormatRuns() throws Exception {
    Schema schema = new Schema(List.of(), 6, List.of("y"), List.of("a", "b", "c"));
    ScriptSource source = new ScriptSource("return torch.linear(x, self.w)").parameter("w", 3, 6);
    TorchScript module = TorchScript.DEFAULTS.of(source.bytes());
    Thread opening = new Thread(() -> module.open(schema).close());
    boolean waited;
    try (ComputeTurn turn = ComputeTurn.in(ComputeFormat.BF16)) {
      opening.start();
      while (opening.isAlive() && opening.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      waited = opening.isAlive();
    }
    opening.join();
    assertThat(waited).isTrue();
  }
}

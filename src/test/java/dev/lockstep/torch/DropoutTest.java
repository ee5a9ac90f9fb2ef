package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Batch;
import dev.lockstep.data.HeldOut;
import dev.lockstep.loss.MeanAbsoluteLoss;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {
  private static final int UNITS = 256;
  private static final Dropout HALF = new Dropout(0.5);
  private static final RandomKey STEP = RandomKey.of(5).child("dropout").child(17);

  /**
   * One output that is the mean of all dropped ones: the gradient of its bias is 1, that of weight
   * j is what is kept of unit j, so that a mask can be read.
   */
  private static NetworkCase readable(Layer... dropping) {
    List<Layer> layers = new ArrayList<>(List.of(dropping));
    layers.add(0, new Dense(UNITS));
    layers.add(new Dense(1));
    Plan plan = Plan.of(layers, Dims.of(1));
    MeanAbsoluteLoss loss = new MeanAbsoluteLoss();
    return new NetworkCase("mask", plan, loss, NetworkCase.block(plan, loss, 1, NetworkCase.KEY));
  }

  /** Zero where a unit is dropped, what it is multiplied by where it is kept. */
  private static float[] mask(RandomKey key, Layer... dropping) {
    NetworkCase c = readable(dropping);
    float[] params = new float[c.size()];
    Arrays.fill(params, UNITS, 2 * UNITS, 1f);
    params[c.size() - 1] = 100;
    GradientSum into = new GradientSum(1, c.size(), false);
    try (Replica replica = c.open()) {
      replica.accumulate(new Parameters(1, c.size(), params), Batch.of(c.block()), key, into);
    }
    float bias = into.gradients()[c.size() - 1];
    float[] mask = Arrays.copyOfRange(into.gradients(), 2 * UNITS, 3 * UNITS);
    for (int i = 0; i < UNITS; i++) {
      mask[i] /= bias;
    }
    return mask;
  }

  /** Of 64 masks the share that is kept lies within five standard deviations. */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.25, 0.5, 0.8})
  void theShareThatIsKeptIsOneMinusTheRate(double rate) {
    int masks = 64;
    int kept = 0;
    for (int step = 0; step < masks; step++) {
      for (float factor : mask(STEP.child(step), new Dropout(rate))) {
        kept += factor == 0 ? 0 : 1;
        if (factor != 0) {
          assertThat((double) factor).isCloseTo(1 / (1 - rate), within(1e-5));
        }
      }
    }
    double n = (double) masks * UNITS;
    assertThat(kept / n).isCloseTo(1 - rate, within(5 * Math.sqrt(rate * (1 - rate) / n)));
  }

  @Test
  void everyStepAndShardHasAMaskOfItsOwn() {
    Set<List<Float>> masks = new HashSet<>();
    for (int step = 0; step < 8; step++) {
      for (int shard = 0; shard < 8; shard++) {
        float[] mask = mask(RandomKey.of(1).child(step).child(shard), HALF);
        masks.add(IntStream.range(0, UNITS).mapToObj(i -> mask[i]).toList());
      }
    }
    assertThat(masks).hasSize(64);
  }

  /** Two layers after one another keep a quarter; they would keep a half if they had one mask. */
  @Test
  void everyLayerHasAMaskOfItsOwn() {
    int masks = 64;
    int kept = 0;
    for (int step = 0; step < masks; step++) {
      for (float factor : mask(STEP.child(step), HALF, HALF)) {
        kept += factor == 0 ? 0 : 1;
      }
    }
    double n = (double) masks * UNITS;
    assertThat(kept / n).isCloseTo(0.25, within(5 * Math.sqrt(0.25 * 0.75 / n)));
  }

  /** Rows of a long batch do not repeat the masks of its first ones. */
  @Test
  void rowsOfALaterPassHaveMasksOfTheirOwn() {
    NetworkCase c = network(600);
    float[] params = c.params(1, NetworkCase.KEY.child(1));
    GradientSum whole = c.sum(params, 0, 512);
    GradientSum first = c.sum(params, 0, 256);
    GradientSum second = c.sum(params, 256, 512);
    assertThat(whole.lossSums()[0]).isNotEqualTo(first.lossSums()[0] + second.lossSums()[0]);
  }

  private static NetworkCase network(int rows) {
    return NetworkCase.around("dropout", new Dropout(0.4), Dims.of(6), rows, new SoftmaxLoss());
  }

  @Test
  void everyThreadDrawsTheSameBits() throws Exception {
    NetworkCase c = network(600);
    float[] params = c.params(2, NetworkCase.KEY.child(2));
    GradientSum here = c.sum(params, 0, 600);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<CompletableFuture<GradientSum>> there =
          IntStream.range(0, 8)
              .mapToObj(i -> CompletableFuture.supplyAsync(() -> c.sum(params, 0, 600), threads))
              .toList();
      for (CompletableFuture<GradientSum> sum : there) {
        assertThat(sum.get().gradients()).isEqualTo(here.gradients());
        assertThat(sum.get().lossSums()).isEqualTo(here.lossSums());
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void aMemberDrawsByItsSeedWhoeverSharesItsCohort() {
    NetworkCase c = network(300);
    float[] one = c.params(1, NetworkCase.KEY.child(4));
    float[] three = new float[3 * one.length];
    for (int k = 0; k < 3; k++) {
      System.arraycopy(one, 0, three, k * one.length, one.length);
    }
    double[] together = lossSums(c, three, 7, 9, 7);
    assertThat(together[2]).isEqualTo(together[0]).isNotEqualTo(together[1]);
    assertThat(lossSums(c, one, 7)).containsExactly(together[0]);
    assertThat(lossSums(c, one, 9)).containsExactly(together[1]);
  }

  private static double[] lossSums(NetworkCase c, float[] values, long... seeds) {
    Parameters params = new Parameters(seeds.length, c.size(), values, HeldOut.NONE, seeds);
    try (Replica replica = c.open()) {
      return c.sum(replica, params, 0, 300).lossSums();
    }
  }

  @Test
  void predictionsDropNothing() {
    NetworkCase dropped = network(9);
    NetworkCase whole =
        NetworkCase.around("dropout", new Dropout(0), Dims.of(6), 9, new SoftmaxLoss());
    float[] params = dropped.params(1, NetworkCase.KEY.child(3));
    assertThat(dropped.scores(params, 0, 9)).isEqualTo(whole.scores(params, 0, 9));
    assertThat(dropped.sum(params, 0, 9).lossSums())
        .isNotEqualTo(whole.sum(params, 0, 9).lossSums());
  }

  @ParameterizedTest
  @CsvSource({"-0.1", "1", "NaN"})
  void aRateThatIsNoShareIsRefused(String rate) {
    assertThatThrownBy(() -> new Dropout(Double.parseDouble(rate)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rate must be at least 0 and below 1, is " + rate);
  }
}

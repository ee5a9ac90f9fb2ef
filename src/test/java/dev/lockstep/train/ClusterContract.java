package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.data.BatchOrder;
import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.Schema;
import dev.lockstep.data.Shard;
import dev.lockstep.data.Split;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.MetricSettings;
import dev.lockstep.train.metric.Precision;
import java.util.ArrayList;
import java.util.List;

/**
 * What every {@link Cluster} must do: give the bits of {@link LocalCluster} for the same shards, in
 * every round, however its machines hold the shards. A test of an engine calls {@link #check} with
 * a way to open the engine over given shards, or {@link #checkRounds} with an engine that is open.
 */
public final class ClusterContract {
  private static final double[] TRUTH = {0.5, -1, 2, 0.25, 1};
  private static final int BLOCK_ROWS = 16;

  private ClusterContract() {}

  /** Opens an engine over shards that are already dealt. */
  public interface Opener {
    /** A cluster over the shards; the caller closes it. */
    Cluster open(Model model, Schema schema, List<Shard> shards, MetricSettings metrics)
        throws Exception;
  }

  /** Checks an engine over 1, 2, 3, 7 and 64 shards, some of them empty, for two members. */
  public static void check(Model model, Opener opener) throws Exception {
    TrainingData data = TrainingData.binary(53, 30, TRUTH);
    Schema schema = weighed(data.schema(2));
    for (int count : new int[] {1, 2, 3, 7, 64}) {
      for (boolean sparse : new boolean[] {false, true}) {
        List<Shard> shards = data.shards(count, BLOCK_ROWS, sparse);
        MetricSettings metrics = MetricSettings.DEFAULTS;
        try (Cluster tested = opener.open(model, schema, shards, metrics);
            Cluster plain = new LocalCluster(model, schema, shards, metrics)) {
          checkRounds(tested, plain, "%d shards, sparse %s".formatted(count, sparse));
        }
      }
    }
  }

  /** The same with a weight for each class, which every round must know. */
  private static Schema weighed(Schema schema) {
    List<Double> weights = List.of(0.5, 3.0);
    return new Schema(
        List.of(), schema.features(), schema.labelNames(), schema.classes(), weights, List.of(), 0);
  }

  /**
   * Checks all rounds of an engine against those of a plain cluster over the same shards, whose
   * schema has class weights and whose rows have the folds of {@link TrainingData#fold}: of members
   * that train on all rows, that hold a fold out and that follow the order of folds.
   */
  public static void checkRounds(Cluster tested, Cluster plain, String where) {
    assertThat(tested.shards()).as(where).isEqualTo(plain.shards());
    for (Split split : Split.values()) {
      assertThat(tested.rows(split)).as(where + split).isEqualTo(plain.rows(split));
    }
    assertThat(plain.schema().classWeights()).as(where).isNotEmpty();
    checkMoments(tested, plain, where);
    int size = plain.schema().features() + 1;
    Parameters all = params(2, size);
    checkRounds(tested, plain, all, where);
    HeldOut heldOut = HeldOut.of(HeldOut.code(1, 2), HeldOut.NOTHING);
    checkRounds(
        tested, plain, new Parameters(2, size, all.values(), heldOut), where + ", held out");
    HeldOut later = HeldOut.of(HeldOut.after(1, 1, 1), HeldOut.after(1, 2, 2));
    checkRounds(tested, plain, new Parameters(2, size, all.values(), later), where + ", later");
  }

  private static void checkMoments(Cluster tested, Cluster plain, String where) {
    int features = plain.schema().features();
    List<ScaledRange> all = List.of(new ScaledRange(0, features, true));
    FoldMoments found = tested.moments(TrainingData.REPEATS, TrainingData.FOLDS, all);
    FoldMoments wanted = plain.moments(TrainingData.REPEATS, TrainingData.FOLDS, all);
    for (int fold = 0; fold < TrainingData.FOLDS; fold++) {
      Rescaling one = found.rescaling(HeldOut.code(1, fold), all, features, List.of());
      Rescaling other = wanted.rescaling(HeldOut.code(1, fold), all, features, List.of());
      assertThat(one.shift()).as(where).isEqualTo(other.shift());
      assertThat(one.factor()).as(where).isEqualTo(other.factor());
    }
  }

  private static void checkRounds(Cluster tested, Cluster plain, Parameters params, String where) {
    for (Step step : steps(plain)) {
      assertSameBits(
          tested.gradient(params, step), plain.gradient(params, step), where + ", " + step);
    }
    for (int k = 0; k < 2; k++) {
      assertThat(tested.evaluateByClassWeights(params).get(k).metrics())
          .as(where)
          .isEqualTo(plain.evaluateByClassWeights(params).get(k).metrics());
    }
    for (Precision precision : Precision.values()) {
      for (Split split : Split.values()) {
        List<Evaluation> found = tested.evaluate(params, split, precision);
        List<Evaluation> wanted = plain.evaluate(params, split, precision);
        for (int k = 0; k < 2; k++) {
          String what = where + ", " + split + " " + precision;
          assertThat(found.get(k).metrics()).as(what).isEqualTo(wanted.get(k).metrics());
          assertThat(found.get(k).confusion()).as(what).isEqualTo(wanted.get(k).confusion());
        }
      }
    }
  }

  /** Full and mini batches, wide, narrow and rounded, with rows in their order and permuted. */
  private static List<Step> steps(Cluster cluster) {
    RandomKey key = RandomKey.of(3);
    long rows = cluster.rows(Split.TRAIN);
    BatchOrder order = new BatchOrder(rows, 10, cluster.shards(), key);
    List<Step> steps = new ArrayList<>();
    for (boolean wide : new boolean[] {false, true}) {
      steps.add(new Step(steps.size(), 0, new Ranks(0, rows), wide, RowOrder.RANKED, key));
      steps.add(new Step(steps.size(), 1, order.ranks(1, 2), wide, RowOrder.RANKED, key));
      steps.add(new Step(steps.size(), 1, order.ranks(1, 3), wide, RowOrder.shuffled(key), key));
      steps.add(new Step(steps.size(), 2, new Ranks(4, 5), wide, RowOrder.RANKED, key));
    }
    List.copyOf(steps).stream()
        .filter(step -> !step.wide())
        .map(ClusterContract::rounded)
        .forEach(steps::add);
    return steps;
  }

  /** The same step with an exchange in bf16. */
  public static Step rounded(Step step) {
    return new Step(
        step.number(),
        step.epoch(),
        step.ranks(),
        step.wide(),
        step.rowOrder(),
        step.random(),
        ExchangeFormat.BF16);
  }

  private static Parameters params(int members, int size) {
    float[] values = new float[members * size];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) RandomKey.of(5).uniform(i) - 0.5f;
    }
    return new Parameters(members, size, values);
  }

  /** Asserts that two sums have the same bits. */
  public static void assertSameBits(GradientSum found, GradientSum wanted, String where) {
    assertThat(found.wide()).as(where).isEqualTo(wanted.wide());
    assertThat(found.totals()).as(where).isEqualTo(wanted.totals());
    if (!wanted.wide()) {
      assertThat(found.gradients()).as(where).isEqualTo(wanted.gradients());
    }
    assertThat(found.lossSums()).as(where).isEqualTo(wanted.lossSums());
    assertThat(found.weightSums()).as(where).isEqualTo(wanted.weightSums());
  }
}

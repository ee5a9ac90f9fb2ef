package dev.lockstep.bench;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Split;
import dev.lockstep.glm.Logistic;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.model.Parameters;
import dev.lockstep.optim.Constant;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Regularization;
import dev.lockstep.spark.prepare.Augment;
import dev.lockstep.spark.prepare.BadRowPolicy;
import dev.lockstep.spark.prepare.ClassWeights;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.prepare.Shards;
import dev.lockstep.spark.prepare.SplitConfig;
import dev.lockstep.spark.prepare.SplitPart;
import dev.lockstep.spark.run.DealtData;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.source.Source;
import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.train.CheckpointSettings;
import dev.lockstep.train.Checkpointer;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.MemberSettings;
import dev.lockstep.train.StepReport;
import dev.lockstep.train.TrainSettings;
import dev.lockstep.train.Training;
import dev.lockstep.train.TrainingListener;
import dev.lockstep.train.TrainingPlan;
import dev.lockstep.train.metric.MetricSettings;
import dev.lockstep.train.metric.Precision;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Logistic regression as a run file would train it, for benchmarks and tests of engines.
 *
 * @param optimizer a full-batch method
 * @param l1 weight of the absolute values
 * @param l2 weight of half the squares
 */
public record OurFit(Optimizer optimizer, double l1, double l2) {
  private static final int SHARDS = 64;
  private static final Logistic MODEL = Logistic.DEFAULTS;

  /** Reads, deals and encodes all rows of a source as training rows. */
  static ShardedData load(LockstepSession session, Source source) {
    return load(session, source, SHARDS);
  }

  /** The same in a number of shards. */
  public static ShardedData load(LockstepSession session, Source source, int shards) {
    return load(session, source, shards, Task.BINARY);
  }

  /** The same for labels of any kind. */
  static ShardedData load(LockstepSession session, Source source, int shards, Task task) {
    SplitPart none = new SplitPart(0, Optional.empty());
    DataConfig data =
        new DataConfig(
            source,
            Optional.empty(),
            Optional.empty(),
            List.of("label"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            List.of(),
            List.of(),
            new SplitConfig(Optional.empty(), none, none, false),
            new Shards(shards),
            BadRowPolicy.FAIL,
            1,
            false,
            ClassWeights.NONE,
            Optional.empty(),
            Augment.DEFAULTS);
    return DealtData.read(session, data, task, 1, shards, List.of()).encode(task);
  }

  /** The features and labels of a source as Spark's rows, for others. */
  static Dataset<Row> rows(LockstepSession session, Source source) {
    SourceRequest request = new SourceRequest(false, List.of(), List.of());
    return source.open(session.session(), request).rows().select("features", "label");
  }

  /** Rounds over loaded rows by the engine that {@code auto} takes. */
  static Cluster cluster(ShardedData data) {
    return data.gang(MODEL, MetricSettings.DEFAULTS);
  }

  /** How many rounds over the data some iterations take. */
  int rounds(Cluster cluster, int iterations) {
    int[] rounds = new int[1];
    train(
        cluster,
        iterations,
        new TrainingListener() {
          @Override
          public void onStep(StepReport report) {
            rounds[0]++;
          }
        });
    return rounds[0];
  }

  /** The parameters after some iterations. */
  float[] train(Cluster cluster, int iterations) {
    return train(cluster, iterations, TrainingListener.NONE);
  }

  private float[] train(Cluster cluster, int iterations, TrainingListener listener) {
    TrainSettings settings =
        new TrainSettings(
            Optional.empty(),
            Optional.of(iterations),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(0.0),
            1,
            Optional.empty());
    MemberSettings member =
        new MemberSettings(
            optimizer,
            Constant.DEFAULTS,
            Regularization.of(l1, l2),
            GradientTransforms.DEFAULTS,
            0);
    TrainingPlan plan =
        new TrainingPlan(
            MODEL, List.of(member), settings, CheckpointSettings.DEFAULTS, 1, Optional.empty());
    return new Training(plan, cluster, listener, Checkpointer.NONE)
        .run(() -> false)
        .members()
        .get(0)
        .params();
  }

  /** The objective at parameters, penalties included. */
  double objective(Cluster cluster, float[] params) {
    Layout.Slice weights = MODEL.layout(cluster.schema()).slices().get(0);
    double absolute = 0;
    double squares = 0;
    for (int i = weights.offset(); i < weights.end(); i++) {
      absolute += Math.abs((double) params[i]);
      squares += (double) params[i] * params[i];
    }
    double loss =
        cluster
            .evaluate(new Parameters(1, params.length, params), Split.TRAIN, Precision.BINNED)
            .get(0)
            .metrics()
            .get("loss");
    return loss + l1 * absolute + l2 / 2 * squares;
  }

  /** The fewest iterations that come within a relative distance of an objective. */
  int iterationsTo(Cluster cluster, double objective, double within) {
    for (int iterations = 1; iterations <= 200; iterations++) {
      if (objective(cluster, train(cluster, iterations)) <= objective * (1 + within)) {
        return iterations;
      }
    }
    throw new IllegalStateException("200 iterations do not reach " + objective);
  }
}

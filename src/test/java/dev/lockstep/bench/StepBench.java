package dev.lockstep.bench;

import dev.lockstep.data.BatchOrder;
import dev.lockstep.data.Schema;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.engine.JobCluster;
import dev.lockstep.spark.gang.GangCluster;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.shard.BlockShape;
import dev.lockstep.spark.shard.ShardBuilder;
import dev.lockstep.spark.shard.ShardSet;
import dev.lockstep.spark.shard.StoredShard;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import dev.lockstep.train.metric.MetricSettings;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;

/**
 * What a step costs when the gradient is a copy, in the same run, in turn; milliseconds, medians:
 * of the {@code job} engine against an empty Spark job over the same RDD, of the {@code gang}
 * engine against the time to move as many bytes as two workers send, and then as many as they
 * receive, through one loopback socket.
 *
 * <p>Usage: {@code StepBench [--master M] [--steps N] [--parameters P] [--engine job|gang|both]
 * [--json FILE]}.
 */
public final class StepBench {
  private static final int SHARDS = 2;
  private static final int WARM = 4;
  private static final int[] SIZES = {1_000, 100_000, 1_000_000};
  private static final double MILLIS = 1e6;
  private static final StructType TYPE =
      new StructType()
          .add("split", DataTypes.IntegerType)
          .add("features", SQLDataTypes.VectorType())
          .add("labels", DataTypes.createArrayType(DataTypes.FloatType))
          .add("weight", DataTypes.FloatType)
          .add("offset", DataTypes.FloatType);

  private StepBench() {}

  /** Runs the benchmark. */
  public static void main(String[] args) throws Exception {
    int steps = Figures.number("--steps", 300, args);
    Optional<String> master = Figures.option("--master", args).or(() -> Optional.of("local[2]"));
    String engine = Figures.option("--engine", args).orElse("both");
    Figures figures = new Figures();
    try (LockstepSession session = LockstepSession.start("step bench", master)) {
      for (int size : sizes(args)) {
        int rounds = size > 500_000 ? steps / 3 : steps;
        if (!engine.equals("gang")) {
          step(session, size, rounds, figures);
        }
        if (!engine.equals("job")) {
          gangStep(session, size, rounds, figures);
        }
      }
    }
    figures.write(args);
  }

  private static int[] sizes(String... args) {
    Optional<String> only = Figures.option("--parameters", args);
    return only.map(size -> new int[] {Integer.parseInt(size)}).orElse(SIZES);
  }

  private static void step(LockstepSession session, int size, int steps, Figures figures) {
    Schema schema = new Schema(List.of(), 1, List.of("label"), List.of());
    try (ShardSet shards = shards(session, SHARDS);
        JobCluster cluster =
            new JobCluster(
                session.context(), shards, new CopyModel(size), schema, MetricSettings.DEFAULTS)) {
      RDD<StoredShard> rdd = shards.grouped();
      // Not zero: of a gradient only what is not zero travels.
      Parameters params = new Parameters(1, size, KernelData.weights(size));
      Step step = step();
      for (int warm = 0; warm < steps / 3; warm++) {
        update(params, cluster.gradient(params, step));
        empty(session, rdd);
      }
      double[] medians =
          Figures.inTurn(
              steps,
              () -> millis(() -> update(params, cluster.gradient(params, step))),
              () -> millis(() -> empty(session, rdd)));
      figures.print("job_step_" + size + "_parameters_ms", medians[0], medians[1]);
    }
  }

  private static void gangStep(LockstepSession session, int size, int steps, Figures figures)
      throws IOException {
    Schema schema = new Schema(List.of(), 1, List.of("label"), List.of());
    MetricSettings metrics = MetricSettings.DEFAULTS;
    try (ShardSet shards = shards(session, SHARDS);
        GangCluster gang =
            new GangCluster(session.context(), shards, new CopyModel(size), schema, metrics);
        LoopbackSocket socket = LoopbackSocket.open(SHARDS * size * Float.BYTES)) {
      Parameters params = new Parameters(1, size, KernelData.weights(size));
      Step step = step();
      // Three JVMs on few cores: their compilers must be done before a step costs what it costs.
      for (int warm = 0; warm < WARM * steps; warm++) {
        update(params, gang.gradient(params, step));
        socket.upAndDown();
      }
      double[] medians =
          Figures.inTurn(
              steps,
              () -> millis(() -> update(params, gang.gradient(params, step))),
              () -> millis(socket::upAndDown));
      figures.print("gang_step_" + size + "_parameters_ms", medians[0], medians[1]);
    }
  }

  private static Step step() {
    RandomKey key = RandomKey.of(1);
    return new Step(0, 0, new BatchOrder.Ranks(0, SHARDS), false, RowOrder.RANKED, key);
  }

  private static double millis(Runnable work) {
    long from = System.nanoTime();
    work.run();
    return (System.nanoTime() - from) / MILLIS;
  }

  private static void update(Parameters params, GradientSum sum) {
    float[] values = params.values();
    float[] gradient = sum.gradients();
    for (int i = 0; i < values.length; i++) {
      values[i] -= 0.001f * gradient[i];
    }
  }

  private static void empty(LockstepSession session, RDD<StoredShard> rdd) {
    session.context().sc().runJob(rdd, new Nothing(), ClassTag$.MODULE$.apply(Object.class));
  }

  /** Shards of one row each. */
  static ShardSet shards(LockstepSession session, int count) {
    List<Integer> numbers = IntStream.range(0, count).boxed().toList();
    Dataset<Row> rows =
        session
            .session()
            .createDataFrame(
                session
                    .context()
                    .parallelize(numbers, count)
                    .mapPartitions(
                        ignored ->
                            Collections.singletonList(
                                    RowFactory.create(
                                        0, Vectors.dense(1.0), new Float[] {1f}, 1f, 0f))
                                .iterator()),
                TYPE);
    return ShardSet.build(rows, new ShardBuilder(new BlockShape(1, 1, 64), 0, 1, 2, 3, 4));
  }

  private static final class Nothing
      extends AbstractFunction2<TaskContext, Iterator<StoredShard>, Object>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Object apply(TaskContext task, Iterator<StoredShard> shards) {
      return 0;
    }
  }
}

package dev.lockstep.bench;

import dev.lockstep.data.BatchOrder;
import dev.lockstep.data.Schema;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.optim.Updates;
import dev.lockstep.spark.gang.GangCluster;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.shard.ShardSet;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.ExchangeFormat;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import dev.lockstep.train.metric.MetricSettings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Steps of the {@code gang} engine with {@code exchange = bf16} against {@code float32}, in turn,
 * of a model whose gradient is a copy, so that a step is the exchange and its arithmetic:
 * milliseconds, medians; and the megabytes that pass the loopback device in a step, by its own
 * counters, where the system has them: what a slower network would carry.
 *
 * <p>Usage: {@code ExchangeBench [--master M] [--parameters P] [--steps N] [--json FILE]}.
 */
public final class ExchangeBench implements AutoCloseable {
  private static final int[] SIZES = {1_000_000, 10_000_000};
  private static final int SHARDS = 4;
  private static final int ROUNDS = 3;
  private static final double MILLIS = 1e6;
  private static final double MEGABYTES = 1e6;
  private static final float RATE = 0.001f;

  private final Cluster gang;
  private final Parameters params;
  private final float[] trained;
  private final boolean rounded;
  private long step;
  private long bytes;

  /** One side of the comparison. */
  private ExchangeBench(LockstepSession session, ShardSet shards, int size, boolean rounded) {
    Schema schema = new Schema(List.of(), 1, List.of("label"), List.of());
    this.gang =
        new GangCluster(
            session.context(), shards, new CopyModel(size), schema, MetricSettings.DEFAULTS);
    this.params = new Parameters(1, size, KernelData.weights(size));
    this.trained = rounded ? params.values().clone() : params.values();
    this.rounded = rounded;
  }

  /** Runs the benchmark. */
  public static void main(String[] args) throws IOException {
    Optional<String> master =
        Figures.option("--master", args).or(() -> Optional.of("local-cluster[2,1,3072]"));
    Optional<String> only = Figures.option("--parameters", args);
    int[] sizes = only.map(size -> new int[] {Integer.parseInt(size)}).orElse(SIZES);
    Figures figures = new Figures();
    try (LockstepSession session = LockstepSession.start("exchange bench", master)) {
      for (int size : sizes) {
        int steps = Figures.number("--steps", size > 2_000_000 ? 15 : 150, args);
        run(session, size, steps, figures);
      }
    }
    figures.write(args);
  }

  private static void run(LockstepSession session, int size, int steps, Figures figures) {
    try (ShardSet shards = StepBench.shards(session, SHARDS);
        ExchangeBench bf16 = new ExchangeBench(session, shards, size, true);
        ExchangeBench float32 = new ExchangeBench(session, shards, size, false)) {
      // Three JVMs on few cores: their compilers must be done before a step costs what it costs.
      bf16.medianMillis(2 * steps);
      float32.medianMillis(2 * steps);
      bf16.bytes = 0;
      float32.bytes = 0;
      double[] medians =
          Figures.inTurn(ROUNDS, () -> bf16.medianMillis(steps), () -> float32.medianMillis(steps));
      String name = "step_of_" + size + "_parameters_bf16_against_float32";
      figures.print(name + "_ms", medians[0], medians[1]);
      if (bf16.bytes > 0 && float32.bytes > 0) {
        double all = MEGABYTES * steps * ROUNDS;
        figures.print(name + "_megabytes", bf16.bytes / all, float32.bytes / all);
      }
    }
  }

  /** Steps of a gang that starts for them: two at a time would share the slots. */
  private double medianMillis(int steps) {
    millis(); // brings the whole parameters
    Loopback.Steps taken = Loopback.steps(steps, this::millis);
    bytes += taken.bytes();
    gang.release();
    return taken.medianMillis();
  }

  private double millis() {
    RandomKey key = RandomKey.of(1).child(step);
    BatchOrder.Ranks all = new BatchOrder.Ranks(0, SHARDS);
    ExchangeFormat exchange = rounded ? ExchangeFormat.BF16 : ExchangeFormat.FLOAT32;
    Step next = new Step(step++, 0, all, false, RowOrder.RANKED, key, exchange);
    long from = System.nanoTime();
    GradientSum sum = gang.gradient(params, next);
    for (int i = 0; i < trained.length; i++) {
      trained[i] -= RATE * sum.gradients()[i];
    }
    if (rounded) {
      Updates.follow(trained, params.values());
    }
    return (System.nanoTime() - from) / MILLIS;
  }

  @Override
  public void close() {
    gang.close();
  }
}

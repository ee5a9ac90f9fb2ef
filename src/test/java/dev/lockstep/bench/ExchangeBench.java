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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Steps of the {@code gang} engine with {@code exchange = bf16} against {@code float32}, in turn on
 * one gang, of a model whose gradient is a copy, so that a step is the exchange and its arithmetic:
 * milliseconds, medians; and the megabytes that pass the loopback device in a step, by its own
 * counters, where the system has them: what a slower network would carry.
 *
 * <p>Usage: {@code ExchangeBench [--master M] [--parameters P] [--steps N] [--json FILE]}.
 */
public final class ExchangeBench {
  private static final Path DEVICES = Path.of("/proc/net/dev");
  private static final int[] SIZES = {1_000_000, 10_000_000};
  private static final int SHARDS = 4;
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
  private ExchangeBench(Cluster gang, int size, boolean rounded) {
    this.gang = gang;
    this.params = new Parameters(1, size, KernelData.weights(size));
    this.trained = params.values().clone();
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
        int steps = Figures.number("--steps", size > 2_000_000 ? 40 : 200, args);
        run(session, size, steps, figures);
      }
    }
    figures.write(args);
  }

  private static void run(LockstepSession session, int size, int steps, Figures figures) {
    Schema schema = new Schema(List.of(), 1, List.of("label"), List.of());
    MetricSettings metrics = MetricSettings.DEFAULTS;
    try (ShardSet shards = StepBench.shards(session, SHARDS);
        Cluster gang =
            new GangCluster(session.context(), shards, new CopyModel(size), schema, metrics)) {
      ExchangeBench bf16 = new ExchangeBench(gang, size, true);
      ExchangeBench float32 = new ExchangeBench(gang, size, false);
      // Three JVMs on few cores: their compilers must be done before a step costs what it costs.
      for (int warm = 0; warm < 2 * steps; warm++) {
        bf16.millis();
        float32.millis();
      }
      bf16.bytes = 0;
      float32.bytes = 0;
      double[] medians = Figures.inTurn(steps, bf16::millis, float32::millis);
      String name = "step_of_" + size + "_parameters_bf16_against_float32";
      figures.print(name + "_ms", medians[0], medians[1]);
      if (bf16.bytes > 0 && float32.bytes > 0) {
        figures.print(
            name + "_megabytes", bf16.bytes / MEGABYTES / steps, float32.bytes / MEGABYTES / steps);
      }
    }
  }

  private double millis() {
    RandomKey key = RandomKey.of(1).child(step);
    BatchOrder.Ranks all = new BatchOrder.Ranks(0, SHARDS);
    ExchangeFormat exchange = rounded ? ExchangeFormat.BF16 : ExchangeFormat.FLOAT32;
    Step next = new Step(step++, 0, all, false, RowOrder.RANKED, key, exchange);
    long bytesBefore = loopbackBytes();
    long from = System.nanoTime();
    GradientSum sum = gang.gradient(params, next);
    for (int i = 0; i < trained.length; i++) {
      trained[i] -= RATE * sum.gradients()[i];
    }
    if (rounded) {
      Updates.follow(trained, params.values());
    } else {
      System.arraycopy(trained, 0, params.values(), 0, trained.length);
    }
    long nanos = System.nanoTime() - from;
    bytes += loopbackBytes() - bytesBefore;
    return nanos / MILLIS;
  }

  /** What the loopback device has received; 0 where the system does not tell. */
  private static long loopbackBytes() {
    try {
      return Files.exists(DEVICES)
          ? Files.readAllLines(DEVICES).stream()
              .map(String::strip)
              .filter(line -> line.startsWith("lo:"))
              .mapToLong(line -> Long.parseLong(line.substring(3).strip().split("\\s+")[0]))
              .sum()
          : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.lockstep.bench;

import dev.lockstep.data.BatchOrder;
import dev.lockstep.data.Schema;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.optim.Adam;
import dev.lockstep.optim.GradientTransforms;
import dev.lockstep.optim.Update;
import dev.lockstep.optim.Updates;
import dev.lockstep.spark.gang.GangCluster;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.shard.ShardSet;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import dev.lockstep.train.metric.MetricSettings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Steps of the {@code gang} engine over a large table of an embedding, of which a step touches few
 * rows, against the plain form: the whole table in native memory, and every block of its gradient
 * sent. In turn; milliseconds with the update by Adam, medians; and the megabytes that pass the
 * loopback device in a step: all of them, and those beside the parameters, which go down whole to
 * every process on both sides.
 *
 * <p>Usage: {@code EmbeddingBench [--master M] [--vocabulary V] [--dim D] [--rows N] [--length L]
 * [--shards S] [--steps N] [--json FILE]}.
 */
public final class EmbeddingBench implements AutoCloseable {
  private static final int ROUNDS = 3;
  private static final double MILLIS = 1e6;
  private static final double MEGABYTES = 1e6;
  private static final Schema SCHEMA = new Schema(List.of(), 1, List.of("label"), List.of());

  private final Cluster gang;
  private final Parameters params;
  private final Update update;
  private final int shards;

  /** Worker processes; 0 where all tasks are in this one. */
  private final int processes;

  private long step;
  private long bytes;

  /** One side of the comparison. */
  private EmbeddingBench(LockstepSession session, ShardSet shards, TextsModel model) {
    this.shards = shards.count();
    this.processes = session.context().sc().getExecutorMemoryStatus().size() - 1;
    this.gang = new GangCluster(session.context(), shards, model, SCHEMA, MetricSettings.DEFAULTS);
    float[] values = new float[model.layout(SCHEMA).size()];
    model.initialize(values, SCHEMA, RandomKey.of(1).generator());
    this.params = new Parameters(1, values.length, values);
    this.update = Update.first(Adam.DEFAULTS, values, model.layout(SCHEMA), 0);
  }

  /** Runs the benchmark. */
  public static void main(String[] args) throws IOException {
    Optional<String> master =
        Figures.option("--master", args).or(() -> Optional.of("local-cluster[2,1,3072]"));
    int vocabulary = Figures.number("--vocabulary", 200_000, args);
    int dim = Figures.number("--dim", 64, args);
    int rows = Figures.number("--rows", 64, args);
    int length = Figures.number("--length", 200, args);
    int steps = Figures.number("--steps", 10, args);
    TextsModel model = new TextsModel(vocabulary, dim, rows, length, false);
    TextsModel plain = new TextsModel(vocabulary, dim, rows, length, true);
    Figures figures = new Figures();
    try (LockstepSession session = LockstepSession.start("embedding bench", master);
        ShardSet shards = StepBench.shards(session, Figures.number("--shards", 4, args));
        EmbeddingBench ours = new EmbeddingBench(session, shards, model);
        EmbeddingBench peer = new EmbeddingBench(session, shards, plain)) {
      ours.medianMillis(steps);
      peer.medianMillis(steps);
      ours.bytes = 0;
      peer.bytes = 0;
      double[] medians =
          Figures.inTurn(ROUNDS, () -> ours.medianMillis(steps), () -> peer.medianMillis(steps));
      String name = "step_of_%d_x_%d".formatted(vocabulary, dim);
      figures.print(name + "_ms", medians[0], medians[1]);
      if (ours.processes > 0 && ours.bytes > 0 && peer.bytes > 0) {
        double down = ours.megabytesDown();
        double all = ours.megabytes(steps);
        double plainly = peer.megabytes(steps);
        figures.print(name + "_megabytes", all, plainly);
        figures.print(name + "_megabytes_up", all - down, plainly - down);
      }
    }
    figures.write(args);
  }

  /** Of a step, both ways. */
  private double megabytes(int steps) {
    return bytes / (MEGABYTES * steps * ROUNDS);
  }

  /** Of the parameters of a step. */
  private double megabytesDown() {
    return (double) processes * params.size() * Float.BYTES / MEGABYTES;
  }

  /** Steps of a gang that starts for them: two at a time would share the slots. */
  private double medianMillis(int steps) {
    millis(); // builds replicas
    Loopback.Steps taken = Loopback.steps(steps, this::millis);
    bytes += taken.bytes();
    gang.release();
    return taken.medianMillis();
  }

  private double millis() {
    RandomKey key = RandomKey.of(1).child(step);
    BatchOrder.Ranks all = new BatchOrder.Ranks(0, shards);
    Step next = new Step(step++, 0, all, false, RowOrder.RANKED, key);
    long from = System.nanoTime();
    GradientSum sum = gang.gradient(params, next);
    Update now = update.at(step, Adam.DEFAULTS.learningRate());
    double norm = Updates.meanAndNorm(sum.values(), 0, sum.weightSums()[0], now.gradient());
    Updates.take(Adam.DEFAULTS, now, norm, GradientTransforms.DEFAULTS, 0);
    return (System.nanoTime() - from) / MILLIS;
  }

  @Override
  public void close() {
    gang.close();
  }
}

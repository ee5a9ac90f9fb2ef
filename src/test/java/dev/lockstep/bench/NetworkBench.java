package dev.lockstep.bench;

import dev.lockstep.loss.Loss.Task;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.model.Model;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.source.Synthetic;
import dev.lockstep.torch.Activation;
import dev.lockstep.torch.ComputeFormat;
import dev.lockstep.torch.Mlp;
import dev.lockstep.torch.Passes;
import dev.lockstep.torch.Regimen;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.MetricSettings;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;

/**
 * A perceptron 784-512-256-10, batches of 256 rows, Adam, by a gang; in turn in one run with: the
 * {@link StepArithmetic} of such a step, which is the same libtorch work and the same optimizer in
 * a plain loop on as many bare threads as the gang has tasks; a pass of MLlib's
 * MultilayerPerceptronClassifier (l-bfgs, blocks of 4,096 rows), once with the BLAS that netlib
 * finds on the system, if one is installed, and once as Spark ships it; and a pass of PyTorch on
 * one thread (Debian's python3-torch, if it is there). Medians. Random rows of the shape of
 * Fashion-MNIST: no figure depends on their values.
 *
 * <p>Usage: {@code NetworkBench [--master M] [--rows N] [--runs R] [--shards S] [--compute
 * float32|bf16] [--json FILE]}.
 */
public final class NetworkBench {
  private static final int[] WIDTHS = {784, 512, 256, 10};
  private static final int BATCH = 256;
  private static final int SHARDS = 2;
  private static final double MICROS = 1e6;
  private static final String MLLIB_HEAP = "4g";

  /** MLlib then finds no library, as where nobody installed one, and takes what Spark ships. */
  private static final String NO_SYSTEM_BLAS = "-Ddev.ludovic.netlib.blas.nativeLib=none";

  private static final String SCRIPT = "src/test/resources/bench/network.py";

  private NetworkBench() {}

  /** Runs the benchmark. */
  public static void main(String[] args) throws IOException {
    int rows = Figures.number("--rows", 60_000, args);
    int runs = Figures.number("--runs", 3, args);
    int shards = Figures.number("--shards", SHARDS, args);
    String master = Figures.option("--master", args).orElse("local[2]");
    int features = WIDTHS[0];
    int classes = WIDTHS[WIDTHS.length - 1];
    Model model =
        new Regimen(
            new Mlp(
                List.of(WIDTHS[1], WIDTHS[2]),
                Activation.Function.RELU,
                0,
                Mlp.Between.NONE,
                new SoftmaxLoss()),
            List.of(),
            Passes.MOST_ROWS,
            Figures.option("--compute", args)
                .map(NetworkBench::format)
                .orElse(ComputeFormat.FLOAT32));
    Figures figures = new Figures();
    try (LockstepSession session = LockstepSession.start("network bench", Optional.of(master));
        LineProcess mllib = mllib(master, rows);
        LineProcess shipped = mllib(master, rows, NO_SYSTEM_BLAS);
        ShardedData data = OurFit.load(session, source(rows, WIDTHS), shards, Task.MULTICLASS);
        Cluster gang = data.gang(model, MetricSettings.DEFAULTS)) {
      List<String> names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
      StepArithmetic arithmetic = new StepArithmetic(model, names, rows, features, BATCH, shards);
      int tasks = Math.min(shards, data.slots());
      int steps = (rows + BATCH - 1) / BATCH;
      Map<String, DoubleSupplier> turns = new LinkedHashMap<>();
      turns.put("gang", () -> TimedSteps.of(model, gang, BATCH, steps, 1).medianMicros());
      turns.put("loop", () -> arithmetic.micros(tasks, steps / 2));
      turns.put("mllib", () -> Double.parseDouble(mllib.ask("fit")));
      turns.put("shipped", () -> Double.parseDouble(shipped.ask("fit")));
      Optional<LineProcess> pytorch = pytorch(rows);
      pytorch.ifPresent(
          process -> turns.put("pytorch", () -> Double.parseDouble(process.ask("1"))));
      TimedSteps.of(model, gang, BATCH, steps, 1);
      Map<String, Double> medians = Figures.inTurn(runs, turns);
      double pass = medians.get("gang") * steps / MICROS;
      figures.print("step_us_against_plain_loop", medians.get("gang"), medians.get("loop"));
      figures.print("seconds_of_a_pass_against_mllib_system_blas", pass, medians.get("mllib"));
      figures.print("seconds_of_a_pass_against_mllib_as_shipped", pass, medians.get("shipped"));
      if (pytorch.isPresent()) {
        figures.print("seconds_of_a_pass_against_pytorch", pass, medians.get("pytorch"));
        pytorch.get().close();
      }
    }
    figures.write(args);
  }

  private static ComputeFormat format(String word) {
    return ComputeFormat.valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** Random rows of as many features and classes as a network has ends. */
  static Synthetic source(int rows, int... widths) {
    int classes = widths[widths.length - 1];
    return new Synthetic(
        Synthetic.Task.MULTICLASS, rows, widths[0], 1.0, classes, 0.5, 1, 0, false);
  }

  /** MLlib with its rows, ready to train. */
  private static LineProcess mllib(String master, int rows, String... settings) throws IOException {
    List<String> words = new ArrayList<>(List.of(master, Integer.toString(rows)));
    IntStream.of(WIDTHS).mapToObj(Integer::toString).forEach(words::add);
    List<String> command =
        JavaCommand.of(MLLIB_HEAP, PerceptronOfMllib.class, words.toArray(String[]::new));
    command.addAll(1, List.of(settings));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.DISCARD);
    oneThread(builder);
    LineProcess process = new LineProcess(builder);
    Optional<String> ready = process.read();
    if (ready.isEmpty()) {
      throw new IllegalStateException("MLlib did not start");
    }
    System.out.println(ready.get().replaceFirst("ready ", "peer: "));
    return process;
  }

  private static void oneThread(ProcessBuilder builder) {
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().put("OPENBLAS_NUM_THREADS", "1");
  }

  /** PyTorch on one thread, ready to train; prints how to get it if it is not there. */
  private static Optional<LineProcess> pytorch(int rows) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getenv().getOrDefault("LOCKSTEP_BENCH_PYTHON", "/usr/bin/python3"));
    command.addAll(List.of(SCRIPT, Integer.toString(rows), Integer.toString(BATCH)));
    IntStream.of(WIDTHS).mapToObj(Integer::toString).forEach(command::add);
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.DISCARD);
    oneThread(builder);
    LineProcess process = new LineProcess(builder);
    Optional<String> ready = process.read();
    if (ready.isEmpty()) {
      process.close();
      System.out.println("PyTorch is skipped: not started; apt-get install python3-torch");
      return Optional.empty();
    }
    System.out.println(ready.get().replaceFirst("ready ", "peer: "));
    return Optional.of(process);
  }
}

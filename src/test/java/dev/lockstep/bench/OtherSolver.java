package dev.lockstep.bench;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

/**
 * A solver of others, in a Python process of its own that has loaded the rows and trains on
 * request, idle between requests. Debian's Python by default, another with the environment variable
 * {@code LOCKSTEP_BENCH_PYTHON}.
 */
final class OtherSolver implements AutoCloseable {
  private static final Path SCRIPT = Path.of("src/test/resources/bench/solvers.py");
  private static final int MOST_SETTINGS = 100;
  private static final Map<String, String> PACKAGES =
      Map.of(
          "scikit-learn", "python3-sklearn python3-threadpoolctl libopenblas0-pthread",
          "liblinear", "liblinear-tools python3-numpy");

  private final RowFiles rows;
  private final LineProcess process;

  private OtherSolver(RowFiles rows, LineProcess process) {
    this.rows = rows;
    this.process = process;
  }

  /**
   * Starts a solver; prints why and how to get it if it is not there.
   *
   * @param kind {@code scikit-learn} or {@code liblinear}
   * @param threads of BLAS; 0 for its own default
   */
  static Optional<OtherSolver> start(String kind, RowFiles rows, double l2, int threads)
      throws IOException {
    Path errors = rows.prefix().resolveSibling(kind + ".err");
    LineProcess process = new LineProcess(command(kind, rows, l2, threads, errors));
    Optional<String> ready = process.read();
    if (ready.isEmpty()) {
      process.close();
      List<String> said = Files.readAllLines(errors);
      System.out.printf(
          "%s is skipped: %s; apt-get install %s%n",
          kind, said.isEmpty() ? "not started" : said.get(said.size() - 1), PACKAGES.get(kind));
      return Optional.empty();
    }
    System.out.println(ready.get().replaceFirst("ready ", "peer: "));
    return Optional.of(new OtherSolver(rows, process));
  }

  private static ProcessBuilder command(
      String kind, RowFiles rows, double l2, int threads, Path errors) {
    ProcessBuilder builder =
        new ProcessBuilder(
            System.getenv().getOrDefault("LOCKSTEP_BENCH_PYTHON", "/usr/bin/python3"),
            SCRIPT.toString(),
            kind,
            rows.prefix().toString(),
            Long.toString(rows.rows()),
            Integer.toString(rows.features()),
            Double.toString(l2));
    Map<String, String> environment = builder.environment();
    // Made for libtorch; they would slow others down.
    environment.remove("OPENBLAS_CORETYPE");
    environment.remove("OPENBLAS_L2_SIZE");
    for (String library : List.of("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")) {
      environment.remove(library);
      if (threads > 0) {
        environment.put(library, Integer.toString(threads));
      }
    }
    return builder.redirectError(Redirect.to(errors.toFile()));
  }

  /** Trains; the seconds of the training alone. */
  double train(String setting) {
    return Double.parseDouble(process.ask(setting));
  }

  /**
   * The first of ever more costly settings whose parameters reach an objective.
   *
   * @param objective of parameters, intercept last
   */
  String reaching(ToDoubleFunction<float[]> objective, double wanted, IntFunction<String> setting)
      throws IOException {
    for (int i = 0; i < MOST_SETTINGS; i++) {
      train(setting.apply(i));
      double reached = objective.applyAsDouble(rows.parameters());
      if (reached <= wanted) {
        System.out.printf(Locale.ROOT, "objective %.8f: %s%n", reached, setting.apply(i));
        return setting.apply(i);
      }
    }
    throw new IllegalStateException(
        "%s does not come down to %s".formatted(setting.apply(MOST_SETTINGS - 1), wanted));
  }

  @Override
  public void close() {
    process.close();
  }
}

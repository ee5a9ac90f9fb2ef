package dev.lockstep.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

/**
 * Solvers of others with the least effort that reaches an objective, and their turns in a
 * measurement. Those that are not there are left out. Closing ends their processes.
 */
final class OtherSolvers implements AutoCloseable {
  private final RowFiles rows;
  private final double l2;
  private final int threads;
  private final ToDoubleFunction<float[]> objective;
  private final double wanted;
  private final List<OtherSolver> started = new ArrayList<>();
  private final Map<String, DoubleSupplier> turns = new LinkedHashMap<>();

  /**
   * None yet.
   *
   * @param threads of BLAS; 0 for its own default
   * @param objective of parameters, intercept last
   * @param wanted what it must come down to
   */
  OtherSolvers(
      RowFiles rows, double l2, int threads, ToDoubleFunction<float[]> objective, double wanted) {
    this.rows = rows;
    this.l2 = l2;
    this.threads = threads;
    this.objective = objective;
    this.wanted = wanted;
  }

  /** Adds liblinear's default for the primal, a trust region method, with the widest tolerance. */
  void addLiblinear() throws IOException {
    Optional<OtherSolver> solver = start("liblinear");
    if (solver.isPresent()) {
      add("liblinear", solver.get(), i -> "0 " + Math.pow(10, -i / 2.0));
    }
  }

  /** Adds scikit-learn's L-BFGS with the fewest iterations, over float32 and over float64. */
  void addScikitLearn() throws IOException {
    Optional<OtherSolver> solver = start("scikit-learn");
    if (solver.isPresent()) {
      for (String type : List.of("float32", "float64")) {
        add("scikit_learn_" + type, solver.get(), i -> "lbfgs %s %d".formatted(type, i + 1));
      }
    }
  }

  private Optional<OtherSolver> start(String kind) throws IOException {
    Optional<OtherSolver> solver = OtherSolver.start(kind, rows, l2, threads);
    solver.ifPresent(started::add);
    return solver;
  }

  private void add(String name, OtherSolver solver, IntFunction<String> settings)
      throws IOException {
    String setting = solver.reaching(objective, wanted, settings);
    turns.put(name, () -> solver.train(setting));
  }

  /** The turns of all, by name: each trains once; the seconds. */
  Map<String, DoubleSupplier> turns() {
    return turns;
  }

  @Override
  public void close() {
    started.forEach(OtherSolver::close);
  }
}

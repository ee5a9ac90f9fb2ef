package dev.lockstep.bench;

import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Space;
import dev.lockstep.tune.strategy.FoldReport;
import dev.lockstep.tune.strategy.History;
import dev.lockstep.tune.strategy.Status;
import dev.lockstep.tune.strategy.Strategy;
import dev.lockstep.tune.strategy.Trial;
import dev.lockstep.tune.strategy.TrialReport;
import dev.lockstep.tune.strategy.TrialState;
import dev.lockstep.tune.surrogate.LatinHypercube;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Functions with known minima that searches are compared on. */
@SuppressWarnings("ImmutableEnumChecker") // of doubles that nobody writes
public enum SearchFunction {
  /** Two variables, three minima. */
  BRANIN(SearchFunction::branin, 0.397887357729738, new double[][] {{-5, 10}, {0, 15}}),
  /** Three variables in the unit cube. */
  HARTMANN3(
      x -> hartmann(x, Hartmann.WIDTHS3, Hartmann.CENTRES3), -3.8627797869493365, cube(3, 0, 1)),
  /** Six variables in the unit cube. */
  HARTMANN6(
      x -> hartmann(x, Hartmann.WIDTHS6, Hartmann.CENTRES6), -3.3223680114155152, cube(6, 0, 1)),
  /** A curved valley in four variables. */
  ROSENBROCK4(SearchFunction::rosenbrock, 0, cube(4, -5, 10)),
  /** Five variables, thousands of local minima on the way down. */
  ACKLEY5(SearchFunction::ackley, 0, cube(5, -32.768, 32.768));

  private static final int INITIAL = 10;

  private final ToDoubleFunction<double[]> formula;
  private final double minimum;
  private final double[][] ends;

  SearchFunction(ToDoubleFunction<double[]> formula, double minimum, double[][] ends) {
    this.formula = formula;
    this.minimum = minimum;
    this.ends = ends;
  }

  /** The variables, {@code x0} and so on, uniform between their ends. */
  public Space space() {
    Map<String, Object> ranges = new TreeMap<>();
    for (int i = 0; i < ends.length; i++) {
      ranges.put("x" + i, Map.of("uniform", List.of(ends[i][0], ends[i][1])));
    }
    Document document = Document.of(ranges);
    Problems problems = document.problems();
    Optional<Space> space = Space.read(document, "tune.space", problems);
    problems.throwIfAny();
    return space.orElseThrow();
  }

  /** How far above the minimum a configuration is. */
  public double regret(Configuration configuration) {
    double[] x = new double[ends.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = ((Number) configuration.values().get("x" + i)).doubleValue();
    }
    return formula.applyAsDouble(x) - minimum;
  }

  /**
   * The lowest regret of a search, one trial after the other, the first ten of which are the same
   * for every strategy.
   */
  public double search(Strategy strategy, int trials, long seed) {
    Space space = space();
    RandomKey key = RandomKey.of(seed);
    List<TrialState> tried = new ArrayList<>();
    double[][] design =
        LatinHypercube.design(INITIAL, space.dimensions().size(), key.child("initial"));
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < trials; i++) {
      Configuration next =
          i < INITIAL
              ? space.configuration(space.snapped(design[i]))
              : strategy.next(space, new History(tried, false), 1, key.child("search")).get(0);
      double regret = regret(next);
      FoldReport fold = new FoldReport(1, regret + minimum, regret + minimum, 1);
      tried.add(
          new TrialState(
              new Trial(i, i, 0, false, next),
              new TrialReport(i, Status.FINISHED, Optional.empty(), List.of(fold), 0),
              List.of()));
      lowest = Math.min(lowest, regret);
    }
    return lowest;
  }

  private static double branin(double[] x) {
    double b = 5.1 / (4 * Math.PI * Math.PI);
    double valley = x[1] - b * x[0] * x[0] + 5 / Math.PI * x[0] - 6;
    return valley * valley + 10 * (1 - 1 / (8 * Math.PI)) * StrictMath.cos(x[0]) + 10;
  }

  private static double rosenbrock(double[] x) {
    double sum = 0;
    for (int i = 0; i + 1 < x.length; i++) {
      double valley = x[i + 1] - x[i] * x[i];
      sum += 100 * valley * valley + (1 - x[i]) * (1 - x[i]);
    }
    return sum;
  }

  private static double ackley(double[] x) {
    double squares = 0;
    double waves = 0;
    for (double one : x) {
      squares += one * one;
      waves += StrictMath.cos(2 * Math.PI * one);
    }
    return -20 * StrictMath.exp(-0.2 * Math.sqrt(squares / x.length))
        - StrictMath.exp(waves / x.length)
        + 20
        + Math.E;
  }

  private static double hartmann(double[] x, double[][] widths, double[][] centres) {
    double[] heights = {1, 1.2, 3, 3.2};
    double sum = 0;
    for (int i = 0; i < heights.length; i++) {
      double far = 0;
      for (int j = 0; j < x.length; j++) {
        far += widths[i][j] * (x[j] - centres[i][j]) * (x[j] - centres[i][j]);
      }
      sum -= heights[i] * StrictMath.exp(-far);
    }
    return sum;
  }

  private static double[][] cube(int dimensions, double low, double high) {
    double[][] ends = new double[dimensions][];
    Arrays.fill(ends, new double[] {low, high});
    return ends;
  }

  /** The constants of Hartmann's functions (Dixon and Szego 1978). */
  private static final class Hartmann {
    static final double[][] WIDTHS3 = {{3, 10, 30}, {0.1, 10, 35}, {3, 10, 30}, {0.1, 10, 35}};
    static final double[][] CENTRES3 = {
      {0.3689, 0.1170, 0.2673},
      {0.4699, 0.4387, 0.7470},
      {0.1091, 0.8732, 0.5547},
      {0.0381, 0.5743, 0.8828}
    };
    static final double[][] WIDTHS6 = {
      {10, 3, 17, 3.5, 1.7, 8},
      {0.05, 10, 17, 0.1, 8, 14},
      {3, 3.5, 1.7, 10, 17, 8},
      {17, 8, 0.05, 10, 0.1, 14}
    };
    static final double[][] CENTRES6 = {
      {0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
      {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
      {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
      {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}
    };
  }
}

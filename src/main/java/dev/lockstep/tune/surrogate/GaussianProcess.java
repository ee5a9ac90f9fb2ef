package dev.lockstep.tune.surrogate;

import dev.lockstep.math.Elementary;
import dev.lockstep.math.RandomKey;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * A Gaussian process over the unit cube: Matern 5/2 with a length scale per dimension, all
 * hyperparameters at their posterior's mode (Snoek et al. 2012, who integrate over them instead),
 * noise included. Costs are seen through a {@link PowerTransform}. Immutable.
 */
public final class GaussianProcess {
  private static final int RESTARTS = 3;
  private static final int ITERATIONS = 40;
  private static final double TOLERANCE = 1e-5;

  /** Hyperparameters are fitted to no more observations than this: the time grows by its cube. */
  private static final int MOST_FITTED = 200;

  private final double[][] points;
  private final double[] y;
  private final boolean[] categorical;
  private final double[] hyperparameters;
  private final double[] inverseLengths;
  private final double signal;
  private final double[][] factor;
  private final double[] alpha;

  private GaussianProcess(
      double[][] points, double[] y, boolean[] categorical, double[] hyperparameters) {
    int n = y.length;
    int d = categorical.length;
    this.points = points;
    this.y = y;
    this.categorical = categorical;
    this.hyperparameters = hyperparameters;
    inverseLengths = new double[d];
    for (int k = 0; k < d; k++) {
      inverseLengths[k] = Elementary.exp(-hyperparameters[k]);
    }
    signal = Elementary.exp(hyperparameters[d]);
    double noise = Elementary.exp(hyperparameters[d + 1]);
    double jitter = LogPosterior.JITTER;
    double[][] matrix;
    do {
      matrix = new double[n][n];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < i; j++) {
          matrix[i][j] =
              signal * Matern.correlation(points[i], points[j], inverseLengths, categorical);
        }
        matrix[i][i] = signal + noise + jitter;
      }
      jitter *= 10;
    } while (!Cholesky.factor(matrix));
    factor = matrix;
    alpha = y.clone();
    Cholesky.forward(factor, alpha, n);
    Cholesky.backward(factor, alpha);
  }

  /**
   * Fits a process.
   *
   * @param categorical which dimensions have no order
   * @param key of the restarts
   */
  public static GaussianProcess fit(Observations seen, boolean[] categorical, RandomKey key) {
    double[] costs = seen.costs().stream().mapToDouble(Double::doubleValue).toArray();
    PowerTransform transform = PowerTransform.fit(costs);
    double[] y = Arrays.stream(costs).map(transform::apply).toArray();
    double[][] points = seen.points().toArray(double[][]::new);
    int[] fitted = fitted(seen);
    LogPosterior posterior =
        new LogPosterior(
            Arrays.stream(fitted).mapToObj(i -> points[i]).toArray(double[][]::new),
            Arrays.stream(fitted).mapToDouble(i -> y[i]).toArray(),
            categorical);
    Minimizer.Minimum best = null;
    for (int restart = 0; restart < RESTARTS; restart++) {
      Minimizer.Minimum found =
          Minimizer.from(posterior, start(categorical.length, restart, key), ITERATIONS, TOLERANCE);
      if (best == null || found.value() < best.value()) {
        best = found;
      }
    }
    GaussianProcess process = new GaussianProcess(points, y, categorical, best.x());
    for (double[] pending : seen.pending()) {
      process = process.believing(pending);
    }
    return process;
  }

  /** The better half of the limit and an even choice of the others. */
  private static int[] fitted(Observations seen) {
    List<Integer> ranked = seen.ranked();
    TreeSet<Integer> chosen = new TreeSet<>();
    int most = Math.min(MOST_FITTED, ranked.size());
    int half = most == ranked.size() ? most : most / 2;
    chosen.addAll(ranked.subList(0, half));
    for (int i = half; i < most; i++) {
      long spread = (long) (i - half) * (ranked.size() - half) / (most - half);
      chosen.add(ranked.get(half + (int) spread));
    }
    return chosen.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The prior's mode, then points drawn about it. */
  private static double[] start(int d, int restart, RandomKey key) {
    double[] start = new double[d + 2];
    Arrays.fill(start, 0, d, LogPosterior.lengthCentre(d));
    start[d + 1] = LogPosterior.NOISE_CENTRE;
    if (restart > 0) {
      RandomKey mine = key.child("restart").child(restart);
      for (int i = 0; i < d; i++) {
        start[i] += 3 * mine.uniform(i) - 2;
      }
      start[d + 1] += 8 * mine.uniform(d) - 4;
    }
    return start;
  }

  /** The same process with its own mean observed at a point: a believer of itself. */
  GaussianProcess believing(double[] point) {
    double[][] more = Arrays.copyOf(points, points.length + 1);
    double[] values = Arrays.copyOf(y, y.length + 1);
    more[points.length] = point;
    values[y.length] = mean(point);
    return new GaussianProcess(more, values, categorical, hyperparameters);
  }

  /** The mean of the transformed cost at a point; it rises with the cost. */
  public double mean(double[] point) {
    return Cholesky.dot(covariances(point), alpha, alpha.length);
  }

  /** The mean and the variance (without noise) of the transformed cost at a point. */
  double[] predict(double[] point) {
    double[] covariances = covariances(point);
    double mean = Cholesky.dot(covariances, alpha, alpha.length);
    Cholesky.forward(factor, covariances, covariances.length);
    double variance = signal - Cholesky.dot(covariances, covariances, covariances.length);
    return new double[] {mean, Math.max(variance, 1e-14)};
  }

  /** The lowest mean at an observed point: what an improvement is measured from. */
  double lowestMean() {
    return Arrays.stream(points).mapToDouble(this::mean).min().orElse(0);
  }

  private double[] covariances(double[] point) {
    double[] covariances = new double[points.length];
    for (int i = 0; i < covariances.length; i++) {
      covariances[i] = signal * Matern.correlation(point, points[i], inverseLengths, categorical);
    }
    return covariances;
  }
}

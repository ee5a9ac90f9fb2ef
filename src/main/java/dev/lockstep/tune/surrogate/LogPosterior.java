package dev.lockstep.tune.surrogate;

import dev.lockstep.math.Elementary;

/**
 * The negative logarithm of the posterior of a Gaussian process's hyperparameters (Rasmussen and
 * Williams 2006, equations 2.30 and 5.9) and its gradient. The variables are the logarithms of d
 * length scales, of the signal's variance and of the noise's; each has a normal prior.
 */
final class LogPosterior implements Minimizer.Function {
  static final double LENGTH_SPREAD = 1.0;
  static final double SIGNAL_SPREAD = 1.0;
  static final double NOISE_CENTRE = Elementary.log(1e-4);
  static final double NOISE_SPREAD = 2.0;

  /** Keeps the matrix positive definite where points repeat. */
  static final double JITTER = 1e-8;

  private final double[][][] squares;
  private final double[] y;
  private final double lengthCentre;

  /**
   * Of observations.
   *
   * @param points [n, d]
   * @param y standardized costs, [n]
   */
  LogPosterior(double[][] points, double[] y, boolean[] categorical) {
    this.y = y;
    int n = y.length;
    int d = categorical.length;
    lengthCentre = lengthCentre(d);
    squares = new double[n][n][];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        squares[i][j] = new double[d];
        for (int k = 0; k < d; k++) {
          double apart = Matern.apart(points[i][k], points[j][k], categorical[k]);
          squares[i][j][k] = apart * apart;
        }
      }
    }
  }

  /** The prior's centre of a log length scale: longer in more dimensions, as distances grow. */
  static double lengthCentre(int d) {
    return Elementary.log(0.4 * Math.sqrt(d));
  }

  @Override
  public double at(double[] x, double[] gradient) {
    int n = y.length;
    int d = x.length - 2;
    double[] inverseSquares = new double[d];
    for (int k = 0; k < d; k++) {
      inverseSquares[k] = Elementary.exp(-2 * x[k]);
    }
    double signal = Elementary.exp(x[d]);
    double noise = Elementary.exp(x[d + 1]);
    double[][] factor = new double[n][n];
    double[][] slopes = new double[n][n]; // of the correlation by half a squared distance
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double r = Math.sqrt(Cholesky.dot(squares[i][j], inverseSquares, d));
        double e = Elementary.exp(-Matern.ROOT_FIVE * r);
        factor[i][j] = signal * Matern.correlation(r, e);
        slopes[i][j] = signal * 5.0 / 3 * (1 + Matern.ROOT_FIVE * r) * e;
      }
      factor[i][i] = signal + noise + JITTER;
    }
    double[] alpha = y.clone();
    if (!Cholesky.factor(factor)) {
      return Double.POSITIVE_INFINITY;
    }
    Cholesky.forward(factor, alpha, n);
    double value = 0.5 * Cholesky.dot(alpha, alpha, n);
    for (int i = 0; i < n; i++) {
      value += Elementary.log(factor[i][i]);
    }
    Cholesky.backward(factor, alpha);
    double[][] inverse = Cholesky.inverse(factor);
    double traceNoise = 0;
    double[] lengths = new double[d];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double weight = (inverse[i][j] - alpha[i] * alpha[j]) * slopes[i][j];
        double[] square = squares[i][j];
        for (int k = 0; k < d; k++) {
          lengths[k] += weight * square[k];
        }
      }
      traceNoise += inverse[i][i] - alpha[i] * alpha[i];
    }
    for (int k = 0; k < d; k++) {
      gradient[k] = lengths[k] * inverseSquares[k];
    }
    // tr((K^-1 - a a^T) K) = n - y^T a, and K = signal part + (noise + jitter) I
    double traceAll = n - Cholesky.dot(y, alpha, n);
    gradient[d] = 0.5 * (traceAll - (noise + JITTER) * traceNoise);
    gradient[d + 1] = 0.5 * noise * traceNoise;
    return value + priors(x, gradient);
  }

  /** Adds the priors' gradient; their negative logarithms. */
  private double priors(double[] x, double[] gradient) {
    int d = x.length - 2;
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      double centre = k < d ? lengthCentre : k == d ? 0 : NOISE_CENTRE;
      double spread = k < d ? LENGTH_SPREAD : k == d ? SIGNAL_SPREAD : NOISE_SPREAD;
      double z = (x[k] - centre) / spread;
      sum += 0.5 * z * z;
      gradient[k] += z / spread;
    }
    return sum;
  }
}

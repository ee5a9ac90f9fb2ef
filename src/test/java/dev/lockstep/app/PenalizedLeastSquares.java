package dev.lockstep.app;

/**
 * The minimum of the mean of (y - b - w x)^2 / 2 + l1 |w|_1 + l2 / 2 |w|^2 in double precision,
 * from the moments of centred rows; the intercept b is not penalized.
 */
final class PenalizedLeastSquares {
  private static final int SWEEPS = 10_000;
  private static final double STILL = 1e-15;

  private final double[] means;
  private final double yMean;
  private final double[][] squares;
  private final double[] products;

  PenalizedLeastSquares(EncodedRows rows) {
    int n = rows.y().length;
    int d = rows.x()[0].length;
    means = new double[d];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += rows.y()[i];
      for (int j = 0; j < d; j++) {
        means[j] += rows.x()[i][j] / n;
      }
    }
    yMean = sum / n;
    squares = new double[d][d];
    products = new double[d];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d; j++) {
        double x = (rows.x()[i][j] - means[j]) / n;
        products[j] += x * (rows.y()[i] - yMean);
        for (int k = 0; k < d; k++) {
          squares[j][k] += x * (rows.x()[i][k] - means[k]);
        }
      }
    }
  }

  /** The weights of ridge regression in closed form: Gauss elimination of (C + l2 I) w = c. */
  double[] ridge(double l2) {
    int d = means.length;
    double[][] a = new double[d][];
    double[] w = products.clone();
    for (int j = 0; j < d; j++) {
      a[j] = squares[j].clone();
      a[j][j] += l2;
    }
    for (int pivot = 0; pivot < d; pivot++) {
      for (int j = pivot + 1; j < d; j++) {
        double factor = a[j][pivot] / a[pivot][pivot];
        w[j] -= factor * w[pivot];
        for (int k = pivot; k < d; k++) {
          a[j][k] -= factor * a[pivot][k];
        }
      }
    }
    for (int j = d - 1; j >= 0; j--) {
      for (int k = j + 1; k < d; k++) {
        w[j] -= a[j][k] * w[k];
      }
      w[j] /= a[j][j];
    }
    return w;
  }

  /** The weights of the lasso, one coordinate after the other until none moves. */
  double[] lasso(double l1) {
    double[] w = new double[means.length];
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      double moved = 0;
      for (int j = 0; j < w.length; j++) {
        double rest = products[j] + squares[j][j] * w[j];
        for (int k = 0; k < w.length; k++) {
          rest -= squares[j][k] * w[k];
        }
        double next = Math.signum(rest) * Math.max(0, Math.abs(rest) - l1) / squares[j][j];
        moved = Math.max(moved, Math.abs(next - w[j]));
        w[j] = next;
      }
      if (moved < STILL) {
        return w;
      }
    }
    throw new IllegalStateException("coordinate descent did not end in " + SWEEPS + " sweeps");
  }

  /** The intercept that belongs to weights. */
  double intercept(double[] weights) {
    double intercept = yMean;
    for (int j = 0; j < weights.length; j++) {
      intercept -= weights[j] * means[j];
    }
    return intercept;
  }
}

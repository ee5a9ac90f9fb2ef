package dev.lockstep.tune.surrogate;

/** The triangular factor L of a symmetric positive definite matrix A = L L^T, row by row. */
final class Cholesky {
  private Cholesky() {}

  /**
   * Replaces the lower triangle of a matrix by its factor.
   *
   * @param a the rows; only the lower triangle is read and written
   * @return false if it is not positive definite; the matrix is then half written
   */
  static boolean factor(double[][] a) {
    for (int i = 0; i < a.length; i++) {
      double[] row = a[i];
      for (int j = 0; j < i; j++) {
        row[j] = (row[j] - dot(row, a[j], j)) / a[j][j];
      }
      double rest = row[i] - dot(row, row, i);
      if (!(rest > 0)) {
        return false;
      }
      row[i] = Math.sqrt(rest);
    }
    return true;
  }

  /** Solves L x = b in place; x is written to b. */
  static void forward(double[][] factor, double[] b, int rows) {
    for (int i = 0; i < rows; i++) {
      b[i] = (b[i] - dot(factor[i], b, i)) / factor[i][i];
    }
  }

  /** Solves L^T x = b in place; x is written to b. */
  static void backward(double[][] factor, double[] b) {
    for (int i = factor.length - 1; i >= 0; i--) {
      b[i] /= factor[i][i];
      double x = b[i];
      double[] row = factor[i];
      for (int j = 0; j < i; j++) {
        b[j] -= row[j] * x;
      }
    }
  }

  /** The inverse of A from its factor, [n, n], both triangles. */
  static double[][] inverse(double[][] factor) {
    int n = factor.length;
    double[][] lowerInverse = new double[n][n]; // row j: column j of the inverse of L
    for (int j = 0; j < n; j++) {
      double[] column = lowerInverse[j];
      column[j] = 1 / factor[j][j];
      for (int i = j + 1; i < n; i++) {
        double sum = 0;
        for (int k = j; k < i; k++) {
          sum += factor[i][k] * column[k];
        }
        column[i] = -sum / factor[i][i];
      }
    }
    double[][] inverse = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int k = i; k < n; k++) {
          sum += lowerInverse[i][k] * lowerInverse[j][k];
        }
        inverse[i][j] = sum;
        inverse[j][i] = sum;
      }
    }
    return inverse;
  }

  /** The dot product of the first n elements, left to right. */
  static double dot(double[] a, double[] b, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}

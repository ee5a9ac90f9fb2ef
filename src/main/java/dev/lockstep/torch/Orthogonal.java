package dev.lockstep.torch;

import java.util.random.RandomGenerator;

/**
 * A matrix with orthonormal columns, or rows where there are fewer of these, drawn evenly among all
 * such (Saxe et al. 2014; Mezzadri 2007), as PyTorch's {@code orthogonal_}: the first dimension
 * times all others, its long sides normal draws made orthonormal one after the other. PyTorch's
 * factorization gives the same matrix for the same draws, once its signs are turned.
 */
public record Orthogonal() implements Weight.Start {
  /** One pass leaves what rounding adds; a second takes it away (Giraud et al. 2005). */
  private static final int PASSES = 2;

  private static final Weight.Normal NORMAL = new Weight.Normal(1, 0);

  /**
   * Writes the matrix.
   *
   * @param params written from {@code offset} on
   */
  void fill(float[] params, int offset, Dims dims, RandomGenerator random) {
    int rows = dims.size(0);
    int columns = dims.count() / rows;
    int many = Math.min(rows, columns);
    int length = Math.max(rows, columns);
    double[][] vectors = new double[many][length];
    for (double[] vector : vectors) {
      for (int i = 0; i < length; i++) {
        vector[i] = NORMAL.draw(random);
      }
    }
    for (int v = 0; v < many; v++) {
      orthogonalize(vectors, v);
    }
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        double value = rows < columns ? vectors[row][column] : vectors[column][row];
        params[offset + row * columns + column] = (float) value;
      }
    }
  }

  /** Makes a vector orthogonal to those before it, of length 1. */
  private static void orthogonalize(double[][] vectors, int v) {
    double[] vector = vectors[v];
    for (int pass = 0; pass < PASSES; pass++) {
      for (int other = 0; other < v; other++) {
        double shared = dot(vector, vectors[other]);
        for (int i = 0; i < vector.length; i++) {
          vector[i] -= shared * vectors[other][i];
        }
      }
    }
    double length = Math.sqrt(dot(vector, vector));
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= length;
    }
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }
}

package dev.lockstep.math;

/**
 * The dense float kernels, as SIMD and as its plain twin: both give the same bits on every CPU, and
 * a vector of weights gets the same bits alone as among others. Implementations hold no state and
 * are safe for threads.
 *
 * <p>Legend: n rows, x the matrix {@code [n, stride]} row-major from {@code xFrom}, zero in the
 * padding, stride a multiple of {@link #LANES}; m vectors of weights, or of factors.
 */
public interface Kernels {
  /** The logical lanes of every reduction, whatever the CPU's width. */
  int LANES = 16;

  /** The logical lanes of reductions in double. */
  int DOUBLE_LANES = 8;

  /** The multiply-adds that take about as long as one exponential or logistic function. */
  long EXP_WORK = 16;

  /**
   * The fastest form at this moment: SIMD where the JVM has the module {@code
   * jdk.incubator.vector}, enough work was done to be worth its compilation, and its compiler is
   * through with it. Ask each time.
   *
   * @param work about how many multiply-adds the caller is about to do; {@link #EXP_WORK} for an
   *     exponential
   */
  static Kernels best(long work) {
    return BestKernels.current(work);
  }

  /** The plain twin. */
  static Kernels scalar() {
    return ScalarKernels.INSTANCE;
  }

  /** Whether this is the SIMD form. */
  default boolean vectorized() {
    return this != ScalarKernels.INSTANCE;
  }

  /**
   * The dot product of each row with each of m vectors. Column j goes to lane j mod 16 by fma, in
   * order; lanes are added in halves: 16 to 8 to 4 to 2 to 1; minus zero becomes zero.
   *
   * @param w vector v is {@code [stride]} from {@code wAt[v]}, finite where x is padded
   * @param margin how many zeros are on both sides of each vector: 0, or {@link
   *     PaddedWeights#MARGIN} where x is finite all over; rows are then read from whole lines of
   *     the cache, whatever they begin with
   * @param dots that of vector v and row i is written to {@code v * dotsStep + i}
   */
  void rowDots(
      float[] x,
      int xFrom,
      int stride,
      int n,
      float[] w,
      int[] wAt,
      int margin,
      int m,
      float[] dots,
      int dotsStep);

  /**
   * Adds sums of rows to m vectors: each row times its factor, added by fma in row order from zero,
   * and then the whole to what is there.
   *
   * @param columns how many columns of the stride have a place in the sums
   * @param factors that of vector v and row i is at {@code v * factorsStep + i}
   * @param sums vector v is {@code [columns]} from {@code sumsAt[v]}, added to
   */
  void rowSums(
      float[] x,
      int xFrom,
      int stride,
      int n,
      int columns,
      float[] factors,
      int factorsStep,
      int m,
      float[] sums,
      int[] sumsAt);

  /**
   * Fetches four stretches of floats that will be read soon, where that gains anything; changes
   * nothing but time. The stretches start at {@code from}, {@code from + apart} and so on, none
   * after {@code last}.
   *
   * @param floats how many of each are fetched
   */
  void prefetch(float[] x, int from, int apart, int floats, int last);

  /**
   * The weighted log loss of two classes, {@code log(1 + exp(z))} with z = -s for label 1 and s for
   * label 0, for m members with the same rows: loss and slope then keep their relative precision in
   * the tails. Both are computed in float, as scores are: a row's loss is within 2 ulp of float.
   * Rows of weight 0 add nothing and get slope 0, whatever their score and label.
   *
   * @param scores that of member k and row i, its log odds s, is at {@code scoresFrom + k *
   *     scoresStep + i}; written: weight times the loss's slope by the score
   * @param labels 0 or 1, that of row i at {@code labelsFrom + i}
   * @param weights {@code [n]}
   * @param lossSums {@code [m]}, added to: the sum of weight times loss, in double; row i goes to
   *     lane i mod 8 by fma, in order; lanes are added in halves
   */
  void logLosses(
      float[] scores,
      int scoresFrom,
      int scoresStep,
      int m,
      int n,
      float[] labels,
      int labelsFrom,
      float[] weights,
      double[] lossSums);

  /** {@link #logLosses} of one member; the sum of its losses. */
  default double logLoss(
      float[] scores, int scoresFrom, int n, float[] labels, int labelsFrom, float[] weights) {
    double[] lossSum = new double[1];
    logLosses(scores, scoresFrom, n, 1, n, labels, labelsFrom, weights, lossSum);
    return lossSum[0];
  }

  /**
   * Half the weighted squares of errors, {@code (s - y)^2 / 2}. Errors and slopes are computed in
   * float, as scores are, so a row's weighted loss is good to 3 parts in 2^24. Rows of weight 0 add
   * nothing and get slope 0.
   *
   * @param scores holds {@code [n]} s; written: weight times error, each rounded
   * @param scoresFrom where the first row's score is
   * @param labels that of row i, y, at {@code labelsFrom + i}
   * @param weights {@code [n]}
   * @return the sum of weight times loss, in double: slope times error, exact, in the lanes of
   *     {@link #logLosses}, halved at the end
   */
  double squaredLoss(
      float[] scores, int scoresFrom, int n, float[] labels, int labelsFrom, float[] weights);

  /**
   * {@link Elementary#exp} of every value.
   *
   * @param values {@code [n]}, written
   */
  void exp(double[] values, int n);

  /**
   * {@link Elementary#tanh} of every value.
   *
   * @param values {@code [n]}, written
   */
  void tanh(double[] values, int n);

  /** Whether a number has no more bits than a float. */
  static boolean isFloat(double value) {
    return value == (float) value;
  }

  /**
   * Sums divided by a number, in double, rounded to float. A divisor that is a float lets floats be
   * divided: the quotient of two numbers of 24 bits that is rounded to 53 first is rounded to 24 as
   * if it had not been (Figueroa 1995, "When is double rounding innocuous?").
   *
   * @param sums {@code [n]} from {@code sumsFrom}
   * @param means {@code [n]} from {@code meansFrom}, written
   */
  void means(float[] sums, int sumsFrom, int n, double divisor, float[] means, int meansFrom);

  /**
   * Adds the squares of {@code values[from, to)} in double: value i to lane (i - from) mod 8, in
   * order. The square of a float is exact in double.
   *
   * @param to from and a multiple of 8
   * @param lanes {@code [8]}, added to
   */
  void squares(float[] values, int from, int to, double[] lanes);
}

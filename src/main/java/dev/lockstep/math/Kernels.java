package dev.lockstep.math;

/**
 * The dense float kernels, as SIMD and as its plain twin: both give the same bits on every CPU.
 * Implementations hold no state and are safe for threads.
 *
 * <p>Legend: n rows, x the matrix {@code [n, stride]} row-major from {@code xFrom}, zero in the
 * padding, stride a multiple of {@link #LANES}.
 */
public interface Kernels {
  /** The logical lanes of every reduction, whatever the CPU's width. */
  int LANES = 16;

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
   * The dot product of each row with a vector. Column j goes to lane j mod 16 by fma, in order;
   * lanes are added in halves: 16 to 8 to 4 to 2 to 1.
   *
   * @param w {@code [stride]} from {@code wFrom}, finite where x is padded
   * @param dots row i is written to {@code dotsFrom + i * dotsStep}
   */
  void rowDots(
      float[] x,
      int xFrom,
      int stride,
      int n,
      float[] w,
      int wFrom,
      float[] dots,
      int dotsFrom,
      int dotsStep);

  /**
   * The sum of rows, each times its factor, added by fma in row order from zero.
   *
   * @param factors row i has {@code factorsFrom + i * factorsStep}
   * @param sums {@code [stride]}, written
   */
  void rowSum(
      float[] x,
      int xFrom,
      int stride,
      int n,
      float[] factors,
      int factorsFrom,
      int factorsStep,
      float[] sums);

  /**
   * The logistic function and its integral: {@code 1 / (1 + exp(-z))} rounded to float, {@code
   * log(1 + exp(z))} in double; both keep their relative precision in the tails.
   *
   * @param z {@code [n]}
   * @param sigmoids {@code [n]}, written; may be z
   * @param softplus {@code [n]}, written
   */
  void logistic(float[] z, int n, float[] sigmoids, double[] softplus);

  /**
   * {@link Elementary#exp} of every value.
   *
   * @param values {@code [n]}, written
   */
  void exp(double[] values, int n);
}

package dev.lockstep.math;

import java.util.Arrays;
import java.util.Optional;

/** Chooses the kernels of this JVM. */
final class BestKernels {
  private static final int ROWS = 64;
  private static final int STRIDE = 112;
  private static final int FEW_ROWS = 8;
  private static final int VECTORS = 5;
  private static final int EVERY = 16;
  private static final int SEVERAL = 4;
  private static final int CALLS = 64;

  private static final WarmChoice<Kernels> CHOICE =
      new WarmChoice<>(
          ScalarKernels.INSTANCE, BestKernels::simd, kernels -> new Work(kernels)::nanos);

  private BestKernels() {}

  static Kernels current(long work) {
    return CHOICE.current(work);
  }

  /** The SIMD form, where the JVM has the module. */
  static Optional<Kernels> simd() {
    boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return present ? Optional.of(new VectorKernels()) : Optional.empty();
  }

  /** A little of everything that the gradients of one member, and of several, need. */
  private static final class Work {
    private final Kernels kernels;
    private final float[] x = new float[ROWS * STRIDE + 2 * Kernels.LANES];
    private final float[] w = new float[STRIDE];
    private final int[] one = new int[VECTORS];
    private final float[] scores = new float[VECTORS * ROWS];
    private final float[] ones = new float[ROWS];
    private final double[] losses = new double[ROWS];
    private final double[] lanes = new double[Kernels.DOUBLE_LANES];
    private final PaddedWeights padded;

    Work(Kernels kernels) {
      this.kernels = kernels;
      Arrays.fill(x, 0.5f);
      Arrays.fill(w, 0.01f);
      Arrays.fill(ones, 1f);
      padded = PaddedWeights.of(w, one, STRIDE, STRIDE, x, PaddedWeights.NONE);
    }

    long nanos() {
      long start = System.nanoTime();
      for (int call = 0; call < CALLS; call++) {
        // Mostly few rows: the compiler counts calls and turns of loops, and those are slow now.
        int n = call % EVERY == 0 ? ROWS : FEW_ROWS + call % EVERY;
        int m = call % SEVERAL == SEVERAL - 1 ? VECTORS : 1;
        // Rows that begin here and there in a line of the cache, and bare weights at times.
        int from = call / EVERY % 2 * Kernels.LANES / 2;
        if (call < EVERY) {
          kernels.rowDots(x, from, STRIDE, n, w, one, 0, m, scores, ROWS);
        } else {
          int margin = PaddedWeights.MARGIN;
          float[] values = padded.values();
          kernels.rowDots(x, from, STRIDE, n, values, padded.starts(), margin, m, scores, ROWS);
        }
        kernels.logLosses(scores, 0, ROWS, m, n, ones, 0, ones, losses);
        losses[1] = kernels.squaredLoss(scores, 0, n, ones, 0, ones);
        kernels.exp(losses, n);
        kernels.tanh(losses, n);
        kernels.rowSums(x, 0, STRIDE, n, STRIDE, scores, ROWS, m, w, one);
        kernels.means(x, 0, STRIDE, n, w, 0);
        kernels.squares(w, 0, STRIDE, lanes);
        Arrays.fill(w, 0.01f);
      }
      return System.nanoTime() - start;
    }
  }
}

package dev.lockstep.math;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Chooses the kernels of this JVM. Until the compiler is through with the SIMD form, which takes
 * seconds of processor time, that form is many times slower than its plain twin; so the twin does
 * the work, all of it in a small training, and from {@link #WORTH_WARMING} on a thread in the
 * background warms the SIMD form up on numbers of its own. Both give the same bits, so the moment
 * of the change, for which the clock is read, changes no result.
 */
final class BestKernels {
  private static final int ROWS = 64;
  private static final int STRIDE = 112;
  private static final int FEW_ROWS = 8;
  private static final int VECTORS = 5;
  private static final int EVERY = 16;
  private static final int CALLS = 64;
  private static final int WINS = 5;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  /** Multiply-adds of the twin: a quarter of a second or more of them. */
  private static final long WORTH_WARMING = 1L << 28;

  private static final LongAdder DONE = new LongAdder();
  private static final AtomicBoolean WARMING = new AtomicBoolean();

  private static volatile Kernels current = ScalarKernels.INSTANCE;

  private BestKernels() {}

  static Kernels current(long work) {
    if (!WARMING.get()) {
      DONE.add(work);
      if (DONE.sum() >= WORTH_WARMING && WARMING.compareAndSet(false, true)) {
        simd().ifPresent(BestKernels::warmInBackground);
      }
    }
    return current;
  }

  /** The SIMD form, where the JVM has the module. */
  static Optional<Kernels> simd() {
    boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return present ? Optional.of(new VectorKernels()) : Optional.empty();
  }

  private static void warmInBackground(Kernels simd) {
    Thread thread = new Thread(() -> warm(simd), "lockstep-warm-kernels");
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes the SIMD form once it has been the faster one several times in a row. */
  private static void warm(Kernels simd) {
    Work plain = new Work(ScalarKernels.INSTANCE);
    Work fast = new Work(simd);
    long start = System.nanoTime();
    int wins = 0;
    while (wins < WINS && System.nanoTime() - start < PATIENCE_NANOS) {
      wins = fast.nanos() < plain.nanos() ? wins + 1 : 0;
    }
    if (wins == WINS) {
      current = simd;
    }
  }

  /** A little of everything that the gradients of one member, and of several, need. */
  private static final class Work {
    private final Kernels kernels;
    private final float[] x = new float[ROWS * STRIDE];
    private final float[] w = new float[STRIDE];
    private final int[] one = new int[VECTORS];
    private final float[] scores = new float[VECTORS * ROWS];
    private final float[] ones = new float[ROWS];
    private final double[] losses = new double[ROWS];
    private final double[] lanes = new double[Kernels.DOUBLE_LANES];

    Work(Kernels kernels) {
      this.kernels = kernels;
      Arrays.fill(x, 0.5f);
      Arrays.fill(w, 0.01f);
      Arrays.fill(ones, 1f);
    }

    long nanos() {
      long start = System.nanoTime();
      for (int call = 0; call < CALLS; call++) {
        // Mostly few rows: the compiler counts calls and turns of loops, and those are slow now.
        int n = call % EVERY == 0 ? ROWS : FEW_ROWS + call % EVERY;
        int m = call % EVERY == 1 ? VECTORS : 1;
        kernels.rowDots(x, 0, STRIDE, n, w, one, m, scores, ROWS);
        losses[0] = kernels.logLoss(scores, n, ones, 0, ones);
        kernels.exp(losses, n);
        kernels.rowSums(x, 0, STRIDE, n, STRIDE, scores, ROWS, m, w, one);
        kernels.means(x, 0, STRIDE, n, w, 0);
        kernels.squares(w, 0, STRIDE, lanes);
        Arrays.fill(w, 0.01f);
      }
      return System.nanoTime() - start;
    }
  }
}

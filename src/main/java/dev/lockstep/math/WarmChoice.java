package dev.lockstep.math;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A choice between the SIMD form of some loops and their plain twin. Until the compiler is through
 * with the SIMD form, which takes seconds of processor time, that form is many times slower than
 * its plain twin; so the twin does the work, all of it in a small training, and from {@link
 * #WORTH_WARMING} on a thread in the background warms the SIMD form up on numbers of its own. Both
 * give the same bits, so the moment of the change, for which the clock is read, changes no result.
 *
 * @param <F> the loops
 */
final class WarmChoice<F> {
  private static final int WINS = 5;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  /** Multiply-adds of the twin: a quarter of a second or more of them. */
  private static final long WORTH_WARMING = 1L << 28;

  private final F plain;
  private final Supplier<Optional<F>> simd;
  private final Function<F, LongSupplier> work;
  private final LongAdder done = new LongAdder();
  private final AtomicBoolean warming = new AtomicBoolean();
  private volatile F current;

  /**
   * A choice that begins with the plain twin.
   *
   * @param simd the SIMD form, where the JVM has the module
   * @param work a little of everything that a form does, and the nanoseconds that it took
   */
  WarmChoice(F plain, Supplier<Optional<F>> simd, Function<F, LongSupplier> work) {
    this.plain = plain;
    this.simd = simd;
    this.work = work;
    this.current = plain;
  }

  /** The fastest form at this moment, for so many multiply-adds. */
  F current(long multiplyAdds) {
    if (!warming.get()) {
      done.add(multiplyAdds);
      if (done.sum() >= WORTH_WARMING && warming.compareAndSet(false, true)) {
        simd.get().ifPresent(this::warmInBackground);
      }
    }
    return current;
  }

  private void warmInBackground(F fast) {
    Thread thread = new Thread(() -> warm(fast), "lockstep-warm-kernels");
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes the SIMD form once it has been the faster one several times in a row. */
  private void warm(F fast) {
    LongSupplier plainWork = work.apply(plain);
    LongSupplier fastWork = work.apply(fast);
    long start = System.nanoTime();
    int wins = 0;
    while (wins < WINS && System.nanoTime() - start < PATIENCE_NANOS) {
      wins = fastWork.getAsLong() < plainWork.getAsLong() ? wins + 1 : 0;
    }
    if (wins == WINS) {
      current = fast;
    }
  }
}

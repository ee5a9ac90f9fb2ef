package dev.lockstep.train;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Schema;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Logistic regression that knows, within this JVM, which of its replicas and sums are still there.
 *
 * @param open how many replicas are open
 * @param sums those that replicas were given to add to
 */
public record WatchedModel(AtomicInteger open, List<WeakReference<GradientSum>> sums)
    implements LogisticModel {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** A model without replicas. */
  public WatchedModel() {
    this(new AtomicInteger(), new ArrayList<>());
  }

  /** Collects garbage until something holds; false if it never does. */
  public static boolean collected(BooleanSupplier gone) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!gone.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      System.gc();
      LockSupport.parkNanos(1_000_000);
    }
    return true;
  }

  /** Whether no sum is held by anything, once garbage is collected; there have been some. */
  public boolean sumsAreGone() {
    return !sums.isEmpty()
        && collected(() -> sums.stream().allMatch(reference -> reference.get() == null));
  }

  @Override
  public Replica open(Schema schema) {
    open.incrementAndGet();
    return new WatchedReplica(MODEL.open(schema), this);
  }

  private record WatchedReplica(Replica replica, WatchedModel model) implements Replica {
    @Override
    public void accumulate(Parameters params, Batch batch, RandomKey key, GradientSum into) {
      model.sums.add(new WeakReference<>(into));
      replica.accumulate(params, batch, key, into);
    }

    @Override
    public void predict(Parameters params, Batch batch, float[] scores) {
      replica.predict(params, batch, scores);
    }

    @Override
    public void close() {
      model.open.decrementAndGet();
      replica.close();
    }
  }
}

package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The right to write to a run. An owner holds an epoch, {@code owner/000001.json}, created if
 * absent, and renews the heartbeat beside it. A newcomer watches the newest epoch by its own
 * monotonic clock: a heartbeat that changes is an owner's; one that does not is a dead one's, and
 * the newcomer takes the next epoch. Where the store has locks, and the owner is under the same
 * kernel and holds one, a lock that is free shows its death at once. Safe for threads.
 */
public final class Ownership implements AutoCloseable {
  /** Where epochs and heartbeats lie, under the store's directory. */
  public static final String DIRECTORY = "owner";

  private static final Pattern CLAIM = Pattern.compile("(\\d{6,9})\\.json");
  private static final Pattern LEFT = Pattern.compile("(\\d{6,9})\\.(json|beat|lock)");
  private static final int MAX_BYTES = 1 << 16;

  private final CommitStore store;
  private final int epoch;
  private final byte[] claim;
  private final Optional<CommitStore.Lock> lock;
  private final ScheduledExecutorService heart;
  private volatile boolean fenced;
  private boolean closed;
  private long beats;

  /**
   * How long things take.
   *
   * @param beatMillis between two heartbeats
   * @param watchMillis how long a newcomer watches a heartbeat before it takes over
   * @param pollMillis between two looks
   */
  record Timing(long beatMillis, long watchMillis, long pollMillis) {
    static final Timing DEFAULT = new Timing(5_000, 15_000, 100);
  }

  private Ownership(
      CommitStore store, int epoch, byte[] claim, Optional<CommitStore.Lock> lock, Timing timing) {
    this.store = store;
    this.epoch = epoch;
    this.claim = claim;
    this.lock = lock;
    heart =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "run-heartbeat");
              thread.setDaemon(true);
              return thread;
            });
    try {
      beat(false);
    } catch (RuntimeException | Error e) {
      heart.shutdownNow();
      lock.ifPresent(CommitStore.Lock::close);
      throw e;
    }
    var unused =
        heart.scheduleWithFixedDelay(
            this::beatAgain, timing.beatMillis(), timing.beatMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Takes the run.
   *
   * @param store the run's directory
   * @throws RunOwnedException if another attempt owns it, or is faster
   */
  public static Ownership claim(CommitStore store) {
    return claim(store, Timing.DEFAULT);
  }

  static Ownership claim(CommitStore store, Timing timing) {
    int newest = newest(store);
    if (newest > 0) {
      awaitDeath(store, newest, timing);
    }
    int epoch = newest + 1;
    Optional<CommitStore.Lock> lock = lock(store, epoch);
    byte[] claim = claimBytes(lock.isPresent());
    boolean won = false;
    try {
      won = store.createIfAbsent(path(epoch, "json"), claim);
    } finally {
      if (!won) {
        lock.ifPresent(CommitStore.Lock::close);
      }
    }
    if (!won) {
      throw owned(store, epoch);
    }
    return new Ownership(store, epoch, claim, lock, timing);
  }

  /** Empty where the store has none; its owner is known by its heartbeat alone then. */
  private static Optional<CommitStore.Lock> lock(CommitStore store, int epoch) {
    if (!store.locks()) {
      return Optional.empty();
    }
    try {
      Optional<CommitStore.Lock> lock = store.tryLock(path(epoch, "lock"));
      if (lock.isEmpty()) {
        throw owned(store, epoch);
      }
      return lock;
    } catch (UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static byte[] claimBytes(boolean locked) {
    ObjectNode claim = Json.object().put("kernel", locked ? Kernel.id() : "");
    claim.put("token", UUID.randomUUID().toString()); // no other attempt's, after a deletion too
    return Json.bytes(claim.put("pid", ProcessHandle.current().pid()));
  }

  /** Returns when the owner of an epoch is dead or has let go. */
  private static void awaitDeath(CommitStore store, int epoch, Timing timing) {
    boolean lockTells = store.locks() && isOfThisKernel(store, epoch);
    byte[] first = heartbeat(store, epoch);
    long start = System.nanoTime();
    while (true) {
      byte[] now = heartbeat(store, epoch);
      if (isReleased(now) || (lockTells && isFree(store, epoch))) {
        return;
      }
      if (!Arrays.equals(first, now) || newest(store) > epoch) {
        throw owned(store, epoch);
      }
      if (System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(timing.watchMillis())) {
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(timing.pollMillis()));
    }
  }

  private static RunOwnedException owned(CommitStore store, int epoch) {
    return new RunOwnedException(
        "%s: another attempt owns the run (epoch %d); wait for it, or stop it"
            .formatted(store.location(), epoch));
  }

  private static boolean isFree(CommitStore store, int epoch) {
    try {
      Optional<CommitStore.Lock> lock = store.tryLock(path(epoch, "lock"));
      lock.ifPresent(CommitStore.Lock::close);
      return lock.isPresent();
    } catch (UnsupportedOperationException e) {
      return false;
    }
  }

  private static boolean isOfThisKernel(CommitStore store, int epoch) {
    return field(store.read(path(epoch, "json"), MAX_BYTES), "kernel").equals(Kernel.id());
  }

  private static byte[] heartbeat(CommitStore store, int epoch) {
    return store.read(path(epoch, "beat"), MAX_BYTES).orElse(new byte[0]);
  }

  private static boolean isReleased(byte[] heartbeat) {
    return field(Optional.of(heartbeat), "released").equals("true");
  }

  /** A field of a small file; empty where there is no such thing in it. */
  private static String field(Optional<byte[]> bytes, String name) {
    try {
      return bytes.map(text -> Json.parse(text, name).path(name).asText()).orElse("");
    } catch (IntegrityException e) {
      return "";
    }
  }

  private static int newest(CommitStore store) {
    int newest = 0;
    for (String name : store.list(DIRECTORY)) {
      Matcher matcher = CLAIM.matcher(name);
      if (matcher.matches()) {
        newest = Math.max(newest, Integer.parseInt(matcher.group(1)));
      }
    }
    return newest;
  }

  private static String path(int epoch, String kind) {
    return "%s/%06d.%s".formatted(DIRECTORY, epoch, kind);
  }

  private void beatAgain() {
    try {
      beat(false);
    } catch (RuntimeException | Error e) {
      // What fails now may not at the next beat; a commit will tell otherwise. Were it to leave
      // here, there would be no next one, and the run be taken from an owner that lives.
      return;
    }
  }

  private synchronized void beat(boolean released) {
    if (!closed && isOurs(store.read(path(epoch, "json"), MAX_BYTES))) {
      ObjectNode beat = Json.object().put("beat", beats++).put("released", released);
      store.replace(path(epoch, "beat"), Json.bytes(beat));
    }
  }

  /** The epoch held, from 1: no other attempt has the same. */
  public int epoch() {
    return epoch;
  }

  private boolean isOurs(Optional<byte[]> found) {
    return found.map(bytes -> Arrays.equals(bytes, claim)).orElse(false);
  }

  /**
   * Checks that the run is still held. Where somebody has deleted its directory, the next attempt
   * begins at the first epoch again: so the number alone does not tell.
   *
   * @throws RunOwnedException if another attempt has taken it over
   * @throws StorageException if it was deleted
   */
  public void check() {
    Optional<byte[]> found = store.read(path(epoch, "json"), MAX_BYTES);
    fenced = fenced || newest(store) > epoch || (found.isPresent() && !isOurs(found));
    if (fenced) {
      throw new RunOwnedException(
          "%s: another attempt has taken the run over from this one (epoch %d), which was paused for too long or whose output was deleted; nothing more is written"
              .formatted(store.location(), epoch));
    }
    if (found.isEmpty()) {
      throw new StorageException(
          "%s: was deleted or moved while this run was writing to it; run the same command again"
              .formatted(store.location()));
    }
  }

  /** The store for this owner's writes: each is preceded by {@link #check}. */
  public CommitStore fencedStore() {
    return new FencedStore(store, this::check);
  }

  /** Stops the heartbeat and lets the next attempt begin without a wait. */
  @Override
  public void close() {
    heart.shutdownNow();
    try {
      beat(true);
    } catch (RuntimeException e) {
      // Only the next attempt's wait depends on it.
    }
    synchronized (this) {
      if (!closed) {
        closed = true;
        lock.ifPresent(CommitStore.Lock::close);
      }
    }
  }
}

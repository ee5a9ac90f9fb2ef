package dev.lockstep.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Work is done once for each value, by whoever is awake, and its failures are told. */
@Timeout(60)
class IdleThreadsTest {
  private static final int SIZE = (1 << 17) + 5;
  private static final int BLOCK = 1 << 10;
  private static final long LONG_NANOS = 60_000_000_000L;

  private final List<Thread> idle = new ArrayList<>();
  private volatile boolean over;

  @BeforeEach
  void wake() {
    for (int i = 0; i < 3; i++) {
      Thread thread = new Thread(() -> IdleThreads.await(() -> over, LONG_NANOS), "idle-" + i);
      thread.start();
      idle.add(thread);
    }
  }

  @AfterEach
  void end() throws InterruptedException {
    over = true;
    for (Thread thread : idle) {
      thread.join();
    }
  }

  /** Until another thread has taken a block. */
  private void shareWithAnother(int from, AtomicIntegerArray done) {
    Set<Thread> seen = ConcurrentHashMap.newKeySet();
    int rounds = 0;
    while (seen.size() < 2) {
      boolean shared =
          IdleThreads.share(
              from,
              SIZE,
              BLOCK,
              (start, end) -> {
                seen.add(Thread.currentThread());
                for (int i = start; i < end; i++) {
                  done.incrementAndGet(i);
                }
              });
      rounds += shared ? 1 : 0;
    }
    for (int i = 0; i < SIZE; i++) {
      assertThat(done.get(i)).isEqualTo(i < from ? 0 : rounds);
    }
  }

  @Test
  void eachValueIsDoneOnceWhoeverDoesIt() {
    for (int from : new int[] {0, 7}) {
      shareWithAnother(from, new AtomicIntegerArray(SIZE));
    }
  }

  @Test
  void littleWorkIsNotShared() {
    assertThat(IdleThreads.share(0, 1000, 10, (from, to) -> {})).isFalse();
  }

  @Test
  void nothingIsSharedWhereNobodyIsAwake() throws InterruptedException {
    end();
    assertThat(IdleThreads.share(0, SIZE, BLOCK, (from, to) -> {})).isFalse();
  }

  @Test
  void workWithinSharedWorkIsNotSharedAgain() {
    AtomicIntegerArray done = new AtomicIntegerArray(SIZE);
    List<Boolean> inner = new ArrayList<>();
    while (inner.isEmpty()) {
      IdleThreads.share(
          0,
          SIZE,
          SIZE,
          (from, to) -> inner.add(IdleThreads.share(from, to, BLOCK, (a, b) -> done.set(a, 1))));
    }
    assertThat(inner).containsExactly(false);
    assertThat(done.get(0)).isZero();
  }

  @Test
  void aFailureIsTheOwnersWhoeverMeetsIt() {
    IdleThreads.Work fails =
        (from, to) -> {
          throw new IllegalArgumentException("block " + from);
        };
    assertThatThrownBy(() -> shareUntilTaken(fails))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("block ");
    shareWithAnother(0, new AtomicIntegerArray(SIZE)); // the idle ones are still there
  }

  private static void shareUntilTaken(IdleThreads.Work work) {
    while (!IdleThreads.share(0, SIZE, BLOCK, work)) {
      Thread.onSpinWait();
    }
  }
}

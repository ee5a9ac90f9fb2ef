package dev.lockstep.spark.gang;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.data.Split;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.engine.EvaluationWork;
import dev.lockstep.train.metric.Precision;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gang of local mode at its end, without Spark. */
@Timeout(60)
class LocalGangTest {
  private static final Round ROUND =
      new Round(
          0,
          new EvaluationWork(Split.TRAIN, Precision.BINNED),
          new Parameters(1, 1, new float[] {1}));

  private final UUID name = UUID.randomUUID();
  private final RoundTable table = new RoundTable(1);
  private final LocalGang gang = LocalGang.open(name, table, new Attendance(1));

  @AfterEach
  void close() {
    table.end();
    gang.close();
  }

  @Test
  void aGangThatHasEndedHasNoPlaceForALateTask() {
    assertThat(LocalGang.seat(name, 0, 1)).isPresent();

    gang.close();

    assertThat(LocalGang.seat(name, 0, 2)).isEmpty();
  }

  @Test
  void aTaskThatIsToldToEndKeepsItsWorkerUntilTheDriverHasDoneWithIt() throws Exception {
    ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Thread task =
        new Thread(
            () -> {
              try (Seat seat = LocalGang.seat(name, 0, 1).orElseThrow()) {
                seat.serve(
                    round -> {
                      begun.countDown();
                      awaitQuietly(release);
                      events.add("work is done");
                      return List.of();
                    });
              } catch (InterruptedException e) {
                events.add("the worker is closed");
              }
            });
    Thread driver = new Thread(() -> helpUntil(begun));
    table.open(ROUND);
    task.start();
    driver.start();
    begun.await();

    task.interrupt();
    while (task.isAlive() && task.getState() != Thread.State.BLOCKED) {
      Thread.onSpinWait();
    }
    release.countDown();
    task.join();
    driver.join();

    assertThat(events).containsExactly("work is done", "the worker is closed");
  }

  private void helpUntil(CountDownLatch begun) {
    while (begun.getCount() > 0) {
      gang.help();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

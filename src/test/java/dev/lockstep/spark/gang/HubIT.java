package dev.lockstep.spark.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.math.RandomKey;
import dev.lockstep.math.SumTree;
import dev.lockstep.math.SumTree.Range;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.engine.GradientWork;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskContextImpl;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two attempts at the same group in one executor, as speculation and retries bring them about: they
 * take their seats at one hub and hand in the same sums, at the same time or one after the other.
 */
class HubIT {
  private static final int SHARDS = 7;
  private static final int ROUNDS = 300;
  private static final int GROUPS = 2;
  private static final long LATE_NANOS = 2_000_000;

  private final RoundTable table = new RoundTable(SHARDS);
  private final Attendance attendance = new Attendance(GROUPS);
  private Runnable close = () -> {};

  private static GradientWork work(long number) {
    return new GradientWork(
        new Step(number, 0, new Ranks(0, 9), false, RowOrder.RANKED, RandomKey.of(1)));
  }

  /** A sum whose bits tell in which order its leaves were added, and by the round. */
  private static GradientSum leaf(long round, int shard) {
    float value = (float) (RandomKey.of(round).uniform(shard) * Math.pow(10, shard % 7));
    return new GradientSum(
        1, 2, new float[] {value, -value}, new double[0], new double[] {value}, new double[] {1});
  }

  private static List<Subtotal> sums(Round round, Range group) {
    List<Subtotal> leaves = new ArrayList<>();
    for (int shard = group.from(); shard < group.to(); shard++) {
      leaves.add(new Subtotal(new Range(shard, shard + 1), leaf(round.number(), shard)));
    }
    return Subtotal.combined(SHARDS, round.work(), leaves);
  }

  private static TaskContext task(int group, long attempt) {
    return new TaskContextImpl(
        0,
        0,
        group,
        attempt,
        0,
        GROUPS,
        null,
        new Properties(),
        null,
        TaskMetrics.empty(),
        1,
        scala.collection.immutable.Map$.MODULE$.empty());
  }

  /** An attempt in a thread of its own; every so often it is late, by turns with the other one. */
  private static CompletableFuture<Void> attempt(
      GangAddress address, Range range, int group, long attempt) {
    return CompletableFuture.runAsync(
        () -> {
          try (Seat seat = Hub.seat(address, SHARDS, group, task(group, attempt))) {
            seat.serve(
                round -> {
                  if (round.number() % 4 == attempt % 4) {
                    LockSupport.parkNanos(LATE_NANOS);
                  }
                  return sums(round, range);
                });
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> new Thread(task).start());
  }

  /** The address of the table, which tasks reach until the test has ended. */
  private GangAddress listening(int shards) {
    UUID token = UUID.randomUUID();
    LocalSpark.session();
    RpcEnv rpc = SparkEnv.get().rpcEnv();
    String name = "hub-test-" + token;
    RpcEndpointRef endpoint =
        rpc.setupEndpoint(name, new GangEndpoint(rpc, token, shards, table, attendance));
    close = () -> rpc.stop(endpoint);
    return new GangAddress(token, name, GROUPS, false);
  }

  @AfterEach
  void close() {
    close.run();
  }

  /** As where memory runs out: what one sum has taken in already, no other attempt adds again. */
  @Test
  @Timeout(120)
  void sumsThatCouldNotBeAddedAreNotAddedAgain() {
    int shards = 2;
    GradientSum left = leaf(0, 0);
    GradientSum lacking =
        new GradientSum(1, 2, new float[] {1, 2}, new double[0], new double[0], new double[0]);
    float wanted = left.gradients()[0] + 1;
    GangAddress address = listening(shards);
    table.open(new Round(0, work(0), new Parameters(1, 2, new float[2])));
    try {
      CountDownLatch seated = new CountDownLatch(GROUPS);
      CompletableFuture<Void> first = attempt(address, shards, 0, seated, left);
      CompletableFuture<Void> second = attempt(address, shards, 1, seated, lacking);
      Throwable one = catchThrowable(first::join);
      Throwable other = catchThrowable(second::join);
      assertThat(left.gradients()[0]).isEqualTo(wanted);
      assertThat(List.of(one, other))
          .as("one fails at the sums, the other as it hears of it")
          .anySatisfy(e -> assertThat(e).hasMessageContaining("begin again in other tasks"))
          .allSatisfy(e -> assertThat(e).hasRootCauseInstanceOf(RuntimeException.class));
      assertThat(table.hasAnswered(0)).isFalse();
    } finally {
      table.end();
    }
  }

  /** An attempt at one shard, which works when all have their seats. */
  private static CompletableFuture<Void> attempt(
      GangAddress address, int shards, int group, CountDownLatch seated, GradientSum sum) {
    return CompletableFuture.runAsync(
        () -> {
          try (Seat seat = Hub.seat(address, shards, group, task(group, group))) {
            seat.serve(
                round -> {
                  seated.countDown();
                  awaitAll(seated);
                  return List.of(new Subtotal(new Range(group, group + 1), sum));
                });
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        task -> new Thread(task).start());
  }

  private static void awaitAll(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @Timeout(120)
  void attemptsThatOverlapGiveTheBitsOfOne() throws Exception {
    GangAddress address = listening(SHARDS);
    List<Range> groups = SumTree.groups(SHARDS, GROUPS);
    List<CompletableFuture<Void>> attempts = new ArrayList<>();
    attempts.add(attempt(address, groups.get(0), 0, 10));
    attempts.add(attempt(address, groups.get(1), 1, 11));
    attempts.add(attempt(address, groups.get(1), 1, 12));
    try {
      for (long number = 0; number < ROUNDS; number++) {
        Round round = new Round(number, work(number), new Parameters(1, 2, new float[2]));
        table.open(round);
        while (!table.awaitComplete(0, 1000)) {
          attempts.forEach(each -> assertThat(each).isNotCompletedExceptionally());
        }
        GradientSum found = table.total(work(number));
        GradientSum wanted = (GradientSum) sums(round, new Range(0, SHARDS)).get(0).sum();
        assertThat(found.gradients()).as("round %d", number).isEqualTo(wanted.gradients());
        assertThat(found.weightSums()).isEqualTo(new double[] {SHARDS});
      }
      table.end();
      CompletableFuture.allOf(attempts.toArray(CompletableFuture[]::new)).join();
    } finally {
      table.end();
    }
  }
}

package dev.lockstep.train.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnershipTest {
  /** A heart that does not beat again within the test. */
  static final Ownership.Timing SILENT = new Ownership.Timing(3_600_000, 50, 1);

  /** A newcomer that would wait far longer than the test may take. */
  static final Ownership.Timing PATIENT = new Ownership.Timing(5, 600_000, 1);

  @TempDir(factory = Scratch.class)
  Path directory;

  private CommitStore store(String name, boolean locks) {
    CommitStore store = new LocalCommitStore(directory.resolve(name));
    return locks ? store : new LocklessStore(store);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneOfTwoThatStartAtOnceWinsTwoHundredTimes(boolean locks) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    CyclicBarrier start = new CyclicBarrier(2);
    for (int race = 0; race < 200; race++) {
      String name = "race-" + race;
      Callable<Optional<Ownership>> runner =
          () -> {
            start.await();
            try {
              return Optional.of(Ownership.claim(store(name, locks), PATIENT));
            } catch (RunOwnedException e) {
              return Optional.empty();
            }
          };
      List<Ownership> winners = new ArrayList<>();
      for (Future<Optional<Ownership>> each : pool.invokeAll(List.of(runner, runner))) {
        each.get().ifPresent(winners::add);
      }
      winners.forEach(Ownership::close);
      assertThat(winners).as(name).extracting(Ownership::epoch).containsExactly(1);
    }
    pool.shutdown();
  }

  @Test
  void oneOfTwoProcessesWinsTwoHundredTimes() throws IOException {
    try (Claimant one = new Claimant();
        Claimant two = new Claimant()) {
      for (int race = 0; race < 200; race++) {
        Path run = directory.resolve("race-" + race);
        one.start(run);
        two.start(run);
        assertThat(List.of(one.result(), two.result()))
            .as("race %d", race)
            .containsExactlyInAnyOrder("epoch 1", "owned");
      }
    }
  }

  @Test
  void aKilledOwnerIsReplacedAtOnceWhereThereAreLocks() throws Exception {
    Path run = directory.resolve("killed");
    try (Claimant victim = new Claimant()) {
      victim.start(run);
      assertThat(victim.result()).isEqualTo("epoch 1");
      CommitStore store = new LocalCommitStore(run);
      assertThatThrownBy(() -> Ownership.claim(store, PATIENT))
          .isInstanceOf(RunOwnedException.class)
          .hasMessageContaining("another attempt owns the run (epoch 1)");
      victim.kill();
      try (Ownership next = Ownership.claim(store, PATIENT)) {
        assertThat(next.epoch()).isEqualTo(2);
      }
    }
  }

  @Test
  void aBeatingOwnerKeepsTheRun() {
    CommitStore store = store("beating", false);
    try (Ownership owner = Ownership.claim(store, PATIENT)) {
      assertThatThrownBy(() -> Ownership.claim(store, PATIENT))
          .isInstanceOf(RunOwnedException.class);
      owner.check();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSilentOwnerLosesTheRunAndWritesNothingMore(boolean locks) {
    CommitStore store = store("silent", locks);
    try (Ownership paused = Ownership.claim(store, SILENT);
        Ownership next = Ownership.claim(store, SILENT)) {
      assertThat(next.epoch()).isEqualTo(2);
      CommitStore fenced = paused.fencedStore();
      List<Runnable> writes =
          List.of(
              () -> fenced.createIfAbsent("a", new byte[1]),
              () -> fenced.replace("a", new byte[1]),
              () -> fenced.write("a", out -> out.write(1)),
              () -> fenced.makeDirectories("a"),
              () -> fenced.delete("owner"),
              paused::check);
      for (Runnable write : writes) {
        assertThatThrownBy(write::run)
            .isInstanceOf(RunOwnedException.class)
            .hasMessageContaining("taken the run over");
      }
      assertThat(store.list("")).containsExactly("owner");
      next.fencedStore().replace("a", new byte[1]);
      next.check();
    }
  }

  @Test
  void anOwnerWhoseRunWasDeletedWritesNothingMoreAndDisturbsNoOther() {
    CommitStore store = new LocklessStore(new LocalCommitStore(directory.resolve("deleted")));
    Ownership.Timing timing = new Ownership.Timing(3_600_000, 20, 1);
    try (Ownership second = restarted(store, timing)) {
      second.check();
      second.fencedStore().replace("result.json", new byte[1]);
      String beat = new String(store.read("owner/000001.beat", 100).orElseThrow(), UTF_8);
      assertThat(beat).contains("\"released\" : false");
    }
  }

  private static Ownership restarted(CommitStore store, Ownership.Timing timing) {
    try (Ownership first = Ownership.claim(store, timing)) {
      store.delete("owner");
      assertThatThrownBy(() -> first.fencedStore().replace("result.json", new byte[0]))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("was deleted or moved while this run was writing to it");
      Ownership second = Ownership.claim(store, timing);
      assertThat(second.epoch()).isEqualTo(first.epoch());
      assertThatThrownBy(() -> first.fencedStore().replace("result.json", new byte[0]))
          .isInstanceOf(RunOwnedException.class)
          .hasMessageContaining("or whose output was deleted");
      return second;
    }
  }

  @Test
  void aRunThatWasGivenUpIsTakenWithoutAWait() {
    CommitStore store = store("released", false);
    Ownership.claim(store, PATIENT).close();
    try (Ownership next = Ownership.claim(store, PATIENT)) {
      assertThat(next.epoch()).isEqualTo(2);
    }
  }

  @Test
  void aHeartGoesOnWhateverABeatThrows() throws InterruptedException {
    CommitStore store = store("beats", false);
    CountDownLatch beats = new CountDownLatch(5);
    InvocationHandler failing =
        (proxy, method, arguments) -> {
          if (method.getName().equals("replace")) {
            beats.countDown();
            if (beats.getCount() == 3) {
              throw new OutOfMemoryError("for a test");
            }
          }
          return method.invoke(store, arguments);
        };
    CommitStore faulty =
        (CommitStore)
            Proxy.newProxyInstance(
                CommitStore.class.getClassLoader(), new Class<?>[] {CommitStore.class}, failing);
    try (Ownership owner = Ownership.claim(faulty, PATIENT)) {
      assertThat(beats.await(60, TimeUnit.SECONDS)).isTrue();
      owner.check();
    }
  }

  @Test
  void aTornClaimOrHeartbeatOfADeadOwnerIsPassedOver() {
    CommitStore store = store("torn", true);
    store.replace("owner/000007.json", new byte[] {'{'});
    store.replace("owner/000007.beat", new byte[0]);
    try (Ownership next = Ownership.claim(store, SILENT)) {
      assertThat(next.epoch()).isEqualTo(8);
    }
  }

  /** Another process that claims the runs it is told to, and holds them. */
  private static final class Claimant implements AutoCloseable {
    private final Process process;
    private final BufferedWriter in;
    private final BufferedReader out;

    Claimant() throws IOException {
      process =
          new ProcessBuilder(
                  ProcessHandle.current().info().command().orElse("java"),
                  "-cp",
                  System.getProperty("java.class.path"),
                  ClaimMain.class.getName())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      in = process.outputWriter(StandardCharsets.UTF_8);
      out = process.inputReader(StandardCharsets.UTF_8);
      assertThat(out.readLine()).isEqualTo("ready");
    }

    void start(Path run) throws IOException {
      in.write(run + "\n");
      in.flush();
    }

    String result() throws IOException {
      return out.readLine();
    }

    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}

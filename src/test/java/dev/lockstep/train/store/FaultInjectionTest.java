package dev.lockstep.train.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultInjectionTest {
  @TempDir(factory = Scratch.class)
  Path directory;

  @ParameterizedTest
  @EnumSource(FaultyStore.Fault.class)
  void afterAnyFaultAtAnyOperationTheSameCommandLeadsToTheSameRun(FaultyStore.Fault fault) {
    CommitStore undisturbed = new LocalCommitStore(directory.resolve("undisturbed"));
    TinyTraining.run(undisturbed, new AtomicInteger());
    List<String> wanted = TinyTraining.seen(undisturbed);
    int victim = 1;
    for (boolean struck = true; struck; victim++) {
      CommitStore store = new LocalCommitStore(directory.resolve(fault + "-" + victim));
      FaultyStore faulty = new FaultyStore(store, fault, victim);
      AtomicInteger computed = new AtomicInteger();
      Optional<Throwable> ended = end(faulty, computed);
      faulty.reap();
      struck = faulty.struck();
      if (fault.halts()) {
        assertThat(ended.isPresent()).as("operation %d", victim).isEqualTo(struck);
      } else {
        assertThat(ended.orElse(new StorageException("none")))
            .as("operation %d", victim)
            .isInstanceOf(StorageException.class);
      }
      assertThat(TinyTraining.run(store, computed))
          .as("operation %d", victim)
          .isSubsetOf("already done");
      assertThat(TinyTraining.seen(store)).as("operation %d", victim).isEqualTo(wanted);
      assertThat(computed.get())
          .as("operation %d: steps, at most one interval of them twice", victim)
          .isBetween(TinyTraining.STEPS, TinyTraining.STEPS + TinyTraining.INTERVAL);
      store.delete("");
    }
    assertThat(victim).as("operations of a run").isGreaterThan(80);
  }

  /** What ended the run, if it did not end well. */
  private static Optional<Throwable> end(CommitStore store, AtomicInteger computed) {
    try {
      TinyTraining.run(store, computed);
      return Optional.empty();
    } catch (FaultyStore.Halt | StorageException e) {
      return Optional.of(e);
    }
  }

  @ParameterizedTest
  @EnumSource(FaultyStore.Fault.class)
  void aSecondFaultDuringTheResumeDoesNoHarmEither(FaultyStore.Fault fault) {
    CommitStore undisturbed = new LocalCommitStore(directory.resolve("undisturbed"));
    TinyTraining.run(undisturbed, new AtomicInteger());
    List<String> wanted = TinyTraining.seen(undisturbed);
    for (int first = 40; first <= 90; first += 25) {
      for (int second = 1; second <= 50; second += 4) {
        CommitStore store = new LocalCommitStore(directory.resolve(first + "-" + second));
        for (int victim : new int[] {first, second}) {
          FaultyStore faulty = new FaultyStore(store, fault, victim);
          end(faulty, new AtomicInteger());
          faulty.reap();
        }
        TinyTraining.run(store, new AtomicInteger());
        assertThat(TinyTraining.seen(store)).as("%d, %d", first, second).isEqualTo(wanted);
        store.delete("");
      }
    }
  }
}

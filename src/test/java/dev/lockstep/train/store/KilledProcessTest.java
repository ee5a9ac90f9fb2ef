package dev.lockstep.train.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that die by SIGKILL in the middle of whatever they do. */
class KilledProcessTest {
  private static final int KILLS = 12;
  private static final long SEED = 20_250_102;

  @TempDir(factory = Scratch.class)
  Path directory;

  @Test
  void aProcessKilledAtAnyMomentIsContinuedToTheSameRun() throws Exception {
    CommitStore undisturbed = new LocalCommitStore(directory.resolve("undisturbed"));
    TinyTraining.run(undisturbed, new AtomicInteger());
    List<String> wanted = TinyTraining.seen(undisturbed);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int kill = 0; kill < KILLS; kill++) {
      Path runs = directory.resolve("kill-" + kill);
      int finished = killed(runs, random.nextInt(1, 6), random.nextInt(30_000_000));
      // One of these is the run that the process died in.
      for (int run = 0; run <= finished + 1; run++) {
        CommitStore store = new LocalCommitStore(runs.resolve("" + run));
        AtomicInteger computed = new AtomicInteger();
        TinyTraining.run(store, computed);
        assertThat(TinyTraining.seen(store))
            .as("seed %d, kill %d, run %d", SEED, kill, run)
            .isEqualTo(wanted);
        assertThat(computed.get()).isLessThanOrEqualTo(TinyTraining.STEPS);
      }
    }
  }

  /** Kills a process of trainings some time after a number of them; how many it reported. */
  private static int killed(Path runs, int trainings, long laterNanos) throws Exception {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                TrainMain.class.getName(),
                runs.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (int i = 0; i < trainings; i++) {
        assertThat(out.readLine()).isEqualTo("finished " + i);
      }
      LockSupport.parkNanos(laterNanos);
      // Through its handle, since Process.destroyForcibly would close the output that is read next.
      process.toHandle().destroyForcibly();
      process.waitFor();
      return trainings + (int) out.lines().filter(line -> line.startsWith("finished")).count() - 1;
    }
  }

  /** Trains one run after another under the directory that it is given. */
  static final class TrainMain {
    private TrainMain() {}

    /** Never returns. */
    public static void main(String[] args) throws IOException {
      for (int run = 0; ; run++) {
        TinyTraining.run(
            new LocalCommitStore(Path.of(args[0]).resolve("" + run)), new AtomicInteger());
        System.out.println("finished " + run);
      }
    }
  }
}

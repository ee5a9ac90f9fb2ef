package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL to the driver, the same command again, until it comes to its end: the same bits. */
final class DriverKillIT {
  /**
   * Stops a process at the moment when its newest checkpoint has a directory and no manifest; goes
   * on watching if the manifest came before the signal did. Words: checkpoints, process id.
   */
  private static final String FREEZE_IN_CHECKPOINT =
      """
      while kill -0 "$2"; do
        newest=
        for newest in "$1"/step-*; do :; done
        [ -d "$newest" ] && ! [ -e "$newest/MANIFEST.json" ] || continue
        kill -STOP "$2"
        while [ -r "/proc/$2/stat" ] && ! grep -q ') T ' "/proc/$2/stat"; do :; done
        newest=
        for newest in "$1"/step-*; do :; done
        [ -d "$newest" ] && ! [ -e "$newest/MANIFEST.json" ] && exit 0
        kill -CONT "$2"
      done
      exit 1
      """;

  private static final String[] CHECKPOINT_EACH_STEP = {"--set", "checkpoint.every_steps=1"};

  @TempDir Path folder;

  @Test
  void threeKillsKeepTheBits() {
    kill(Run.ADAM, 3, 20261);
  }

  /** What the executors hold is part of the checkpoint; on another engine it goes on as well. */
  @Test
  void killsKeepTheBitsOfARoundedExchange() {
    kill(Run.ROUNDED_GANG, 3, 20262);
    Run other = Run.in(folder.resolve("other"), Run.ROUNDED_GANG);
    try (Child child = other.start("local[2]", CHECKPOINT_EACH_STEP)) {
      Run.await("checkpoint", child, () -> other.committedStep() >= 40);
      child.kill();
      child.await(Duration.ofSeconds(30));
    }
    Child.Outcome refused =
        other.start("local[2]", "--set", "engine.exchange=float32").await(Run.LIMIT);
    assertThat(refused.exitCode()).isEqualTo(78);
    assertThat(refused.text()).contains("engine.exchange was \"bf16\", is \"float32\"");
    Child.Outcome last = other.finish("local[2]", "--set", "engine.kind=job");
    assertThat(last.text()).contains("resumed at step ", "engine: job");
    assertThat(other.sha()).isEqualTo(Run.undisturbed(Run.ROUNDED_GANG));
  }

  @Test
  @Tag("chaos")
  void twentyKillsKeepTheBits() {
    kill(Run.LONG_ADAM, 20, System.nanoTime());
  }

  /**
   * The first kill is while rows are prepared, the second in the middle of a checkpoint, the last
   * while the model is written; those between are at random.
   */
  private void kill(String text, int kills, long seed) {
    System.out.println("driver kills: seed " + seed);
    Random random = new Random(seed);
    Run run = Run.in(folder, text);
    int torn = 0;
    for (int i = 1; i <= kills; i++) {
      long committed = run.committedStep();
      try (Child child = run.start("local[2]", CHECKPOINT_EACH_STEP)) {
        awaitMoment(i, kills, run, child, random);
        child.kill();
        assertThat(child.await(Duration.ofSeconds(30)).exitCode()).isEqualTo(137);
        resumedFrom(committed, child);
      }
      boolean half = run.begunStep() > run.committedStep();
      torn += half ? 1 : 0;
      assertThat(half || i != 2).as("the second kill was in a checkpoint").isTrue();
      System.out.printf(
          "driver kill %d: at step %d, %s%n",
          i, run.committedStep(), half ? "in the middle of a checkpoint" : "between checkpoints");
    }
    long committed = run.committedStep();
    Child.Outcome last = run.finish("local[2]", CHECKPOINT_EACH_STEP);
    System.out.printf("driver kills: %d, %d of them in a checkpoint%n", kills, torn);
    assertThat(last.text()).contains("resumed at step " + committed);
    assertThat(run.sha()).isEqualTo(Run.undisturbed(text));
  }

  private static void awaitMoment(int kill, int kills, Run run, Child child, Random random) {
    if (kill == 1) {
      child.awaitLine("^lockstep .*: train", Run.LIMIT);
      LockSupport.parkNanos(random.nextInt(2_000) * 1_000_000L);
    } else if (kill == 2) {
      Run.await("checkpoint", child, () -> run.committedStep() >= 3);
      String checkpoints = run.output().resolve("checkpoints").toString();
      List<String> freeze =
          List.of("bash", "-c", FREEZE_IN_CHECKPOINT, "freeze", checkpoints, "" + child.pid());
      Child.Outcome frozen = Child.start(Launcher.HOME, Map.of(), freeze).await(Run.LIMIT);
      assertThat(frozen.exitCode()).as(frozen.text()).isZero();
    } else if (kill == kills) {
      Path model = run.output().resolve("model");
      Run.await("model", child, () -> Files.exists(model));
    } else {
      long until = run.begunStep() + 1 + random.nextInt(10);
      Run.await("checkpoint " + until, child, () -> run.begunStep() >= until);
      LockSupport.parkNanos(random.nextInt(20_000) * 1_000L);
    }
  }

  /** No more than the steps since the last checkpoint are computed again. */
  private static void resumedFrom(long committed, Child child) {
    child.lines().stream()
        .filter(line -> line.startsWith("resumed at step "))
        .forEach(line -> assertThat(line).isEqualTo("resumed at step " + committed));
  }
}

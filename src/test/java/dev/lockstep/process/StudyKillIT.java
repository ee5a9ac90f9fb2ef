package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL and SIGTERM to a study, the same command again, until it comes to its end: the same
 * decisions, the same winner, the same bits.
 */
final class StudyKillIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void threeKillsKeepDecisionsWinnerAndBits() throws IOException {
    kill(StudyRun.TEXT, "", 3, 20261);
  }

  @Test
  @Tag("chaos")
  void tenKillsKeepDecisionsWinnerAndBits() throws IOException {
    kill(StudyRun.TEXT, "", 10, System.nanoTime());
  }

  @Test
  @Tag("chaos")
  void tenKillsOfCohortsSideBySideKeepDecisionsWinnerAndBits() throws IOException {
    String twoSizes = "space { \"train.batch_size\" = [400, 800],";
    String text = StudyRun.TEXT.replace("space {", twoSizes);
    kill(text, "tune.parallel=2", 10, System.nanoTime());
  }

  /**
   * The first kill is while the study begins, the last one while its best trial is trained.
   *
   * @param setting that the disturbed study has beside; empty for none
   */
  private void kill(String text, String setting, int kills, long seed) throws IOException {
    String[] more = setting.isEmpty() ? new String[] {} : new String[] {"--set", setting};
    System.out.println("study kills: seed " + seed);
    Random random = new Random(seed);
    StudyRun undisturbed = StudyRun.in(folder.resolve("undisturbed"), text);
    undisturbed.finishHere();
    assertThat(undisturbed.decisions())
        .extracting(event -> event.path("event").asText())
        .contains("trial_ended", "mark_reached");
    StudyRun run = StudyRun.in(folder.resolve("run"), text);
    Map<Path, String> journal = new LinkedHashMap<>();
    int resumed = 0;
    for (int i = 1; i <= kills; i++) {
      boolean goesOn = !run.checkpoints().isEmpty();
      try (Child child = run.start(Map.of(), more)) {
        awaitMoment(i, kills, run, child, random);
        child.kill();
        assertThat(child.await(SOON).exitCode()).isEqualTo(137);
        boolean told = child.lines().stream().anyMatch(line -> line.contains("from checkpoints"));
        assertThat(!told || goesOn).as("what goes on from a checkpoint has one").isTrue();
        resumed += told ? 1 : 0;
      }
      System.out.printf(
          "study kill %d: %d events, %d checkpoints%n",
          i, run.journalFiles().size(), run.checkpoints().size());
      for (Map.Entry<Path, String> event : journal.entrySet()) {
        assertThat(event.getKey()).content().isEqualTo(event.getValue());
      }
      for (Path event : run.journalFiles()) {
        journal.put(event, Files.readString(event));
      }
    }
    assertThat(resumed).as("attempts that went on from a checkpoint").isPositive();
    try (Child last = run.start(Map.of(), more)) {
      Child.Outcome outcome = last.await(Run.LIMIT);
      assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    }
    run.isLike(undisturbed);
  }

  /** Every attempt but the first gets a checkpoint or an event further. */
  private static void awaitMoment(int kill, int kills, StudyRun run, Child child, Random random) {
    if (kill == 1) {
      child.awaitLine("^lockstep .*: tune", Run.LIMIT);
      LockSupport.parkNanos(random.nextInt(4_000) * 1_000_000L);
    } else if (kill == kills) {
      child.awaitLine("^training the best configuration", Run.LIMIT);
      LockSupport.parkNanos(random.nextInt(300) * 1_000_000L);
    } else {
      int changes = 2 + random.nextInt(6);
      String before = state(run);
      for (int change = 0; change < changes && !isInRefit(child); change++) {
        String last = before;
        Run.await("change", child, () -> !state(run).equals(last) || isInRefit(child));
        before = state(run);
      }
      LockSupport.parkNanos(random.nextInt(30_000) * 1_000L);
    }
  }

  private static boolean isInRefit(Child child) {
    return child.lines().stream().anyMatch(line -> line.startsWith("training the best"));
  }

  private static String state(StudyRun run) {
    return run.journalFiles().size() + " " + run.checkpoints();
  }

  @Test
  void aStoppedStudyHasItsCheckpointsAndGoesOn() throws IOException {
    StudyRun undisturbed = StudyRun.in(folder.resolve("undisturbed"), StudyRun.TEXT);
    undisturbed.finishHere();
    StudyRun run = StudyRun.in(folder.resolve("run"), StudyRun.TEXT);
    try (Child child = run.start(Map.of(), "--result-file", "result.json")) {
      Run.await("checkpoint of a cohort", child, () -> !run.checkpoints().isEmpty());
      stop(child, "stopped, journal and checkpoints written");
    }
    stoppedResult(run);
    assertThat(run.checkpoints()).isNotEmpty();
    try (Child child = run.start(Map.of(), "--result-file", "result.json")) {
      child.awaitLine("members go on from checkpoints", Run.LIMIT);
      child.awaitLine("^training the best configuration", Run.LIMIT);
      stop(child, "stopped");
    }
    stoppedResult(run);
    run.finishHere();
    run.isLike(undisturbed);
  }

  @Test
  void aStopDuringTheFirstPreparationEndsAtOnce() throws IOException {
    Path local = Files.createDirectories(folder.resolve("local"));
    EventLog events = EventLog.in(folder.resolve("events"));
    StudyRun run = StudyRun.in(folder.resolve("preparing"), StudyRun.TEXT);
    String endless = "data.source.rows=200000000";
    try (Child child =
        run.start(events.environment(local), "--set", endless, "--result-file", "result.json")) {
      events.awaitJob(child);
      stop(child, "stopped by SIGTERM");
    }
    stoppedResult(run);
    assertThat(EventLog.list(local)).isEmpty();
    assertThat(run.checkpoints()).isEmpty();
  }

  private static void stop(Child child, String said) {
    child.terminate();
    Child.Outcome stopped = child.await(SOON);
    assertThat(stopped.exitCode()).as(stopped.text()).isEqualTo(143);
    assertThat(stopped.text()).contains(said).doesNotContain("error:");
  }

  private static void stoppedResult(StudyRun run) {
    assertThat(run.folder().resolve("result.json"))
        .content()
        .contains("\"exit_code\" : 143", "stopped");
  }
}

package dev.lockstep.app;

import dev.lockstep.train.Ending;
import dev.lockstep.tune.TrialRunner;
import dev.lockstep.tune.strategy.FoldReport;
import dev.lockstep.tune.strategy.Status;
import dev.lockstep.tune.strategy.Trial;
import dev.lockstep.tune.strategy.TrialReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Trials in training: their cohorts, one after another or several at a time up to each mark. For
 * one thread.
 */
final class RunningTrials implements TrialRunner.Running {
  private final List<TrialCohort> cohorts;
  private final Map<Integer, String> failures;
  private final BooleanSupplier stop;
  private final int parallel;
  private final TreeSet<Integer> running = new TreeSet<>();

  /**
   * Trials before their first step.
   *
   * @param failures trials that cannot be trained, and why
   * @param parallel how many cohorts train at a time
   */
  RunningTrials(
      List<Trial> trials,
      List<TrialCohort> cohorts,
      Map<Integer, String> failures,
      BooleanSupplier stop,
      int parallel) {
    this.cohorts = List.copyOf(cohorts);
    this.failures = new TreeMap<>(failures);
    this.stop = stop;
    this.parallel = parallel;
    trials.forEach(trial -> running.add(trial.number()));
  }

  @Override
  public void advance(int epochs, Consumer<TrialReport> ended) {
    failures.forEach(
        (trial, why) -> {
          if (running.remove(trial)) {
            stopIn(trial);
            ended.accept(new TrialReport(trial, Status.FAILED, Optional.of(why), List.of(), 0));
          }
        });
    if (parallel > 1) {
      advanceTogether(epochs, ended);
      return;
    }
    for (TrialCohort cohort : cohorts) {
      if (cohort.advance(epochs, stop, () -> report(running, ended))) {
        throw new StudyStoppedException();
      }
      cohort.release();
    }
  }

  /** Several cohorts at a time; trials are reported when all their cohorts are there. */
  private void advanceTogether(int epochs, Consumer<TrialReport> ended) {
    ExecutorService threads = Executors.newFixedThreadPool(parallel);
    try {
      List<Future<Boolean>> advancing = new ArrayList<>();
      for (TrialCohort cohort : cohorts) {
        advancing.add(threads.submit(() -> cohort.advance(epochs, stop, () -> {})));
      }
      boolean stopped = false;
      for (int c = 0; c < cohorts.size(); c++) {
        stopped |= advancing.get(c).get();
        TreeSet<Integer> there = new TreeSet<>(running);
        for (TrialCohort later : cohorts.subList(c + 1, cohorts.size())) {
          later.seats().forEach(seat -> there.remove(seat.trial()));
        }
        report(there, ended);
      }
      if (stopped) {
        throw new StudyStoppedException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while cohorts train", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known
          ? known
          : new IllegalStateException(e.getCause());
    } finally {
      end(threads);
    }
  }

  /** Nothing may be closed under threads that still train. */
  private static void end(ExecutorService threads) {
    threads.shutdownNow();
    boolean interrupted = Thread.interrupted();
    try {
      while (!threads.awaitTermination(1, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reports those trials all of whose members have ended, or one of whose has diverged. */
  private void report(Collection<Integer> of, Consumer<TrialReport> ended) {
    for (int trial : List.copyOf(of)) {
      TrialReport report = report(trial);
      if (report.status() != Status.RUNNING) {
        running.remove(trial);
        stopIn(trial);
        ended.accept(report);
      }
    }
  }

  private TrialReport report(int trial) {
    TreeMap<Integer, FoldReport> folds = new TreeMap<>();
    String trouble = "";
    boolean over = true;
    double seconds = 0;
    for (TrialCohort cohort : cohorts) {
      boolean takesPart = false;
      for (TrialSeat seat : cohort.seats()) {
        if (seat.trial() == trial) {
          takesPart = true;
          folds.put(seat.number(), seat.report(cohort.member(seat)));
          over &= cohort.member(seat).ending() != Ending.NONE;
          trouble = trouble.isEmpty() ? seat.trouble() : trouble;
        }
      }
      seconds += takesPart ? cohort.seconds() : 0;
    }
    List<FoldReport> found = new ArrayList<>(folds.values());
    if (!trouble.isEmpty()) {
      return new TrialReport(trial, Status.DIVERGED, Optional.of(trouble), found, seconds);
    }
    if (!over) {
      return new TrialReport(trial, Status.RUNNING, Optional.empty(), found, seconds);
    }
    for (int g = 0; g < found.size(); g++) {
      if (!Double.isFinite(found.get(g).best())) {
        String why =
            "fold %d gives no value of the metric, as where it has rows of one class only: use fewer folds or another metric"
                .formatted(g);
        return new TrialReport(trial, Status.FAILED, Optional.of(why), List.of(), seconds);
      }
    }
    return new TrialReport(trial, Status.FINISHED, Optional.empty(), found, seconds);
  }

  private void stopIn(int trial) {
    cohorts.forEach(cohort -> cohort.stop(trial));
  }

  @Override
  public List<TrialReport> reports() {
    return running.stream().map(this::report).toList();
  }

  @Override
  public void stop(Collection<Integer> trials) {
    for (int trial : trials) {
      running.remove(trial);
      stopIn(trial);
    }
  }

  @Override
  public void close() {
    cohorts.forEach(TrialCohort::close);
  }
}

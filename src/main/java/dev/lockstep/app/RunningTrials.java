package dev.lockstep.app;

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
 * Trials in training: their cohorts, one after another or several at a time up to each mark. Where
 * not all fit into memory, those whose turn it is not lie in their checkpoints. For one thread.
 */
final class RunningTrials implements TrialRunner.Running {
  private final List<TrialCohort> cohorts;
  private final Map<Integer, List<TrialSeat>> seats = new TreeMap<>();
  private final Map<Integer, List<TrialCohort>> cohortsOf = new TreeMap<>();
  private final Map<Integer, String> failures;
  private final CohortPlaces places;
  private final StopSignal stop;
  private final int parallel;
  private final boolean allFit;
  private final TreeSet<Integer> running = new TreeSet<>();

  /**
   * Trials before their first step.
   *
   * @param failures trials that cannot be trained, and why
   * @param places emptied when no trial runs any more
   * @param parallel how many cohorts train at a time
   */
  RunningTrials(
      List<Trial> trials,
      List<TrialCohort> cohorts,
      Map<Integer, String> failures,
      CohortPlaces places,
      StopSignal stop,
      int parallel) {
    this.cohorts = List.copyOf(cohorts);
    this.failures = new TreeMap<>(failures);
    this.places = places;
    this.stop = stop;
    this.parallel = parallel;
    this.allFit = cohorts.stream().mapToDouble(TrialCohort::share).sum() <= parallel;
    for (TrialCohort cohort : cohorts) {
      cohort.running().forEach(trial -> listed(cohortsOf, trial).add(cohort));
      cohort.seats().forEach(seat -> listed(seats, seat.trial()).add(seat));
    }
    trials.forEach(trial -> running.add(trial.number()));
  }

  private static <T> List<T> listed(Map<Integer, List<T>> map, int trial) {
    return map.computeIfAbsent(trial, none -> new ArrayList<>());
  }

  @Override
  public void advance(int epochs, Consumer<TrialReport> ended, BooleanSupplier enough) {
    failures.forEach(
        (trial, why) -> {
          if (running.contains(trial)) {
            end(new TrialReport(trial, Status.FAILED, Optional.of(why), List.of(), 0), ended);
          }
        });
    BooleanSupplier halt = () -> stop.getAsBoolean() || enough.getAsBoolean();
    boolean halted =
        stop.heard(
            () -> parallel > 1 ? together(epochs, ended, halt) : inTurn(epochs, ended, halt));
    if (halted && stop.getAsBoolean()) {
      throw new StudyStoppedException();
    }
  }

  private boolean inTurn(int epochs, Consumer<TrialReport> ended, BooleanSupplier halt) {
    for (TrialCohort cohort : cohorts) {
      if (halt.getAsBoolean()
          || cohort.advance(epochs, halt, () -> report(cohort.running(), ended))) {
        return saved();
      }
      if (!allFit) {
        cohort.rest();
      } else if (cohorts.size() > 1) {
        cohort.release();
      }
    }
    return halt.getAsBoolean() && saved();
  }

  /** Those that have reached their mark are in no checkpoint yet. */
  private boolean saved() {
    cohorts.forEach(TrialCohort::save);
    return true;
  }

  /** Several cohorts at a time; trials are reported when all their cohorts are there. */
  private boolean together(int epochs, Consumer<TrialReport> ended, BooleanSupplier halt) {
    ExecutorService threads = Executors.newFixedThreadPool(parallel);
    try {
      List<Future<Boolean>> advancing = new ArrayList<>();
      for (TrialCohort cohort : cohorts) {
        advancing.add(threads.submit(() -> advance(cohort, epochs, halt)));
      }
      boolean halted = false;
      for (int c = 0; c < cohorts.size(); c++) {
        halted |= advancing.get(c).get();
        TreeSet<Integer> there = new TreeSet<>(cohorts.get(c).running());
        for (TrialCohort later : cohorts.subList(c + 1, cohorts.size())) {
          later.seats().forEach(seat -> there.remove(seat.trial()));
        }
        report(there, ended);
      }
      return halted || halt.getAsBoolean();
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

  /** What has ended is saved: it is in no journal before the cohorts in front are there too. */
  private boolean advance(TrialCohort cohort, int epochs, BooleanSupplier halt) {
    boolean halted = halt.getAsBoolean() || cohort.advance(epochs, halt, () -> {});
    if (allFit) {
      cohort.save();
    } else {
      cohort.rest();
    }
    return halted;
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
    for (int trial : of) {
      TrialReport report = report(trial);
      if (report.status() != Status.RUNNING) {
        end(report, ended);
      }
    }
  }

  /** The journal first: a cohort without running trials forgets its checkpoints. */
  private void end(TrialReport report, Consumer<TrialReport> ended) {
    ended.accept(report);
    stop(List.of(report.trial()));
  }

  private TrialReport report(int trial) {
    List<TrialSeat> sitting = seats.getOrDefault(trial, List.of());
    double seconds = cohortsOf.get(trial).stream().mapToDouble(TrialCohort::seconds).sum();
    TreeMap<Integer, FoldReport> folds = new TreeMap<>();
    String trouble = "";
    boolean over = true;
    for (TrialSeat seat : sitting) {
      if (seat.failure().isPresent()) {
        return new TrialReport(trial, Status.FAILED, seat.failure(), List.of(), seconds);
      }
      folds.put(seat.id().fold(), seat.report());
      over &= !seat.standing().inTraining();
      trouble = trouble.isEmpty() ? seat.trouble() : trouble;
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

  @Override
  public List<TrialReport> reports() {
    return running.stream().map(this::report).toList();
  }

  @Override
  public void stop(Collection<Integer> trials) {
    for (int trial : trials) {
      running.remove(trial);
      cohortsOf.getOrDefault(trial, List.of()).forEach(cohort -> cohort.stop(trial));
    }
    if (running.isEmpty()) {
      places.deleteAll();
    }
  }

  @Override
  public void close() {
    cohorts.forEach(TrialCohort::close);
  }
}

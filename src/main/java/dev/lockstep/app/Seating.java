package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.FoldPlan;
import dev.lockstep.data.HeldOut;
import dev.lockstep.optim.GradientRule;
import dev.lockstep.tune.Encode;
import dev.lockstep.tune.strategy.Trial;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Seats of trials, a fold each, those together that could share a cohort. */
final class Seating {
  /** What trials of one cohort have in common. */
  record Shared(
      PreparedData.Key data,
      Object model,
      long batchRows,
      Object shuffle,
      Optional<DistillSettings> distill,
      boolean rule,
      boolean fullBatch,
      int accumulate) {
    static Shared of(PreparedData.Key data, RunFile run) {
      return new Shared(
          data,
          run.model(),
          run.train().batchRows(run.optimizer()),
          run.train().shuffle(),
          run.distill(),
          run.optimizer() instanceof GradientRule,
          run.optimizer().fullBatch(),
          run.gradient().accumulate());
    }
  }

  private Seating() {}

  /**
   * The seats of trials.
   *
   * @param failures takes the trials that cannot be trained, and why
   */
  static Map<Shared, List<TrialSeat>> of(
      StudyFile file, List<Trial> trials, Map<Integer, String> failures) {
    Map<Shared, List<TrialSeat>> shared = new LinkedHashMap<>();
    boolean apart = file.plan().settings().encode() == Encode.PER_FOLD;
    for (Trial trial : trials) {
      try {
        RunFile run = file.run(trial.configuration());
        for (TrialSeat seat : seats(file, trial, run)) {
          int without = apart ? seat.heldOut() : HeldOut.NOTHING;
          PreparedData.Key key = PreparedData.Key.of(run, without);
          shared.computeIfAbsent(Shared.of(key, run), each -> new ArrayList<>()).add(seat);
        }
      } catch (ConfigException e) {
        failures.put(trial.number(), String.join("; ", e.problems()));
      }
    }
    return shared;
  }

  private static List<TrialSeat> seats(StudyFile file, Trial trial, RunFile run) {
    List<TrialSeat> seats = new ArrayList<>();
    FoldPlan folds = file.plan().settings().foldPlan();
    for (int g = 0; g < Math.max(1, folds.trainings()); g++) {
      int heldOut = folds.trainings() == 0 ? HeldOut.NOTHING : folds.code(g);
      TrialSeat.Id id = new TrialSeat.Id(trial.number(), g);
      seats.add(new TrialSeat(id, heldOut, run, file.plan().metric()));
    }
    return seats;
  }
}

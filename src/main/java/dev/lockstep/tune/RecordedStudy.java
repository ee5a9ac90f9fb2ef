package dev.lockstep.tune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.strategy.Trial;
import dev.lockstep.tune.strategy.TrialState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A study as its journal alone tells it, without the run file. Secrets stay as they may be shown.
 *
 * @param plan what was to be tried
 * @param state what was
 */
public record RecordedStudy(StudyPlan plan, StudyState state) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HIGHER = "higher_is_better";

  /**
   * The study of a journal.
   *
   * @param events at least the first one, as they are kept
   * @param where what an error calls it
   * @throws IllegalArgumentException if they are no study
   */
  public static RecordedStudy of(List<Event> events, String where) {
    if (events.isEmpty() || !(events.get(0) instanceof Event.StudyStarted started)) {
      throw new IllegalArgumentException(where + ": does not begin with the start of a study");
    }
    StudyPlan plan = plan(Secrets.shown(started.settings()), where);
    StudyState state = StudyState.start(plan.higherIsBetter());
    for (Event event : events) {
      state = state.apply(shown(event));
    }
    return new RecordedStudy(plan, state);
  }

  private static StudyPlan plan(Map<String, Object> settings, String where) {
    Map<String, Object> written = new TreeMap<>(settings);
    boolean higherIsBetter = Boolean.TRUE.equals(written.remove(HIGHER));
    try {
      String text = JSON.writeValueAsString(Map.of("tune", written));
      Document document = Document.read(text, where, List.of());
      Problems problems = document.problems();
      Optional<StudyPlan> plan = StudyPlan.read(document, problems);
      problems.throwIfAny();
      return plan.orElseThrow().with("", higherIsBetter, 0);
    } catch (ConfigException | JsonProcessingException e) {
      throw new IllegalArgumentException(where + ": has no settings of a study", e);
    }
  }

  private static Event shown(Event event) {
    if (!(event instanceof Event.WaveProposed wave)) {
      return event;
    }
    List<Trial> trials = wave.trials().stream().map(RecordedStudy::shown).toList();
    return new Event.WaveProposed(trials, wave.seed(), wave.seconds());
  }

  private static Trial shown(Trial trial) {
    return trial.with(new Configuration(Secrets.shown(trial.configuration().values())));
  }

  /** The answer so far; empty if no trial has finished. */
  public Optional<TrialState> chosen() {
    return plan.settings().choose().of(state.ended());
  }
}

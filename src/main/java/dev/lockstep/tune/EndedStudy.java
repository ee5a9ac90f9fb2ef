package dev.lockstep.tune;

import java.util.List;
import java.util.Optional;

/** A study that may not go on, which has ended or not. */
public final class EndedStudy {
  private static final class GoesOn extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private record Closed(List<Event> events) implements Journal {
    @Override
    public List<Event> read() {
      return events;
    }

    @Override
    public void append(Event event) {
      throw new GoesOn();
    }
  }

  private EndedStudy() {}

  /**
   * How a study ended, by its journal; nothing is trained and nothing written.
   *
   * @param events of the journal, at least the first one
   * @return empty if the study would go on
   * @throws dev.lockstep.config.ConfigException if the journal is that of a study with other
   *     settings
   */
  public static Optional<StudyOutcome> of(StudyPlan plan, List<Event> events) {
    TrialRunner none =
        trials -> {
          throw new GoesOn();
        };
    try {
      Study study = new Study(plan, none, new Closed(events), System::nanoTime, event -> {});
      return Optional.of(study.run());
    } catch (GoesOn e) {
      return Optional.empty();
    }
  }
}

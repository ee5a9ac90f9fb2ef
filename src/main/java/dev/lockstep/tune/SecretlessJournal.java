package dev.lockstep.tune;

import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.strategy.Trial;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** A journal that holds the numbers of secret values, where whoever uses it sees the values. */
public final class SecretlessJournal implements Journal {
  private final Journal kept;
  private final StudyPlan plan;

  /**
   * A journal over another.
   *
   * @param kept what outlives the process
   * @param plan knows the secrets
   */
  public SecretlessJournal(Journal kept, StudyPlan plan) {
    this.kept = kept;
    this.plan = plan;
  }

  @Override
  public List<Event> read() {
    return kept.read().stream().map(event -> with(event, plan.secrets()::revealed)).toList();
  }

  @Override
  public void append(Event event) {
    kept.append(with(event, plan.secrets()::hidden));
  }

  @Override
  public boolean mayPass(RuntimeException failure) {
    return kept.mayPass(failure);
  }

  private static Event with(Event event, UnaryOperator<Map<String, Object>> change) {
    if (!(event instanceof Event.WaveProposed wave)) {
      return event;
    }
    List<Trial> trials =
        wave.trials().stream()
            .map(
                trial ->
                    trial.with(new Configuration(change.apply(trial.configuration().values()))))
            .toList();
    return new Event.WaveProposed(trials, wave.seed(), wave.seconds());
  }
}

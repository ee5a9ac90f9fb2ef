package dev.lockstep.tune.strategy;

import dev.lockstep.config.Problems;
import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Dimension;
import dev.lockstep.tune.space.Space;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tries every configuration once, in the order of {@link Space#grid}. */
public record Grid() implements Strategy {
  /** The only one. */
  public static final Grid DEFAULTS = new Grid();

  @Override
  public List<Configuration> next(Space space, History history, int limit, RandomKey key) {
    Set<Configuration> tried = new HashSet<>(history.tried());
    List<Configuration> next = new ArrayList<>();
    long size = space.size().orElseThrow();
    for (long i = 0; i < size && next.size() < limit; i++) {
      Configuration configuration = space.grid(i);
      if (tried.add(configuration)) { // objects of a list may have some in common
        next.add(configuration);
      }
    }
    return next;
  }

  @Override
  public long trials(Space space, Collection<Configuration> enqueued) {
    Set<Configuration> different = new HashSet<>(enqueued);
    long size = space.size().orElseThrow();
    for (long i = 0; i < size; i++) {
      different.add(space.grid(i));
    }
    return different.size() - new HashSet<>(enqueued).size();
  }

  @Override
  public long mostTrials(Space space) {
    return space.size().orElseThrow();
  }

  @Override
  public void check(Space space, long maxTrials, Problems problems) {
    for (Dimension dimension : space.dimensions()) {
      if (dimension.domain().size().isEmpty()) {
        problems.add(
            dimension.place(),
            "is continuous, which a grid cannot go through; give it a step or a list of values");
      }
    }
    space
        .size()
        .ifPresent(
            size -> {
              if (size > maxTrials) {
                problems.add(
                    "tune.space",
                    ("has %d configurations, more than tune.max_trials = %d; take fewer values,"
                            + " another strategy, or raise max_trials")
                        .formatted(size, maxTrials));
              }
            });
  }
}

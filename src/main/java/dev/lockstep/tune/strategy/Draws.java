package dev.lockstep.tune.strategy;

import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Space;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Random configurations that do not repeat. */
final class Draws {
  private static final int ATTEMPTS = 100;

  /** What a strategy would try. */
  interface Proposal {
    /** The configuration of a trial's number, after others that were chosen in the same call. */
    Optional<Configuration> of(int number, List<Configuration> chosen);
  }

  private Draws() {}

  /**
   * A random configuration that was not tried; after many draws that were, the first such one of
   * the grid. Empty if all were.
   */
  static Optional<Configuration> fresh(Space space, Set<Configuration> tried, RandomKey key) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Configuration drawn = space.configuration(space.random(key.child(attempt)));
      if (!tried.contains(drawn)) {
        return Optional.of(drawn);
      }
    }
    long size = space.size().orElse(0);
    for (long i = 0; i < size; i++) {
      Configuration next = space.grid(i);
      if (!tried.contains(next)) {
        return Optional.of(next);
      }
    }
    return Optional.empty();
  }

  /**
   * Configurations for the next trials, as many as a limit allows: what is proposed for a trial's
   * number, or a random one where nothing or something that was tried is.
   */
  static List<Configuration> next(
      Space space, History history, int limit, RandomKey key, Proposal proposal) {
    Set<Configuration> tried = new HashSet<>(history.tried());
    List<Configuration> next = new ArrayList<>();
    while (next.size() < limit) {
      int number = history.size() + next.size();
      Optional<Configuration> chosen =
          proposal
              .of(number, next)
              .filter(one -> !tried.contains(one))
              .or(() -> fresh(space, tried, key.child("draw").child(number)));
      if (chosen.isEmpty()) {
        break;
      }
      tried.add(chosen.get());
      next.add(chosen.get());
    }
    return next;
  }
}

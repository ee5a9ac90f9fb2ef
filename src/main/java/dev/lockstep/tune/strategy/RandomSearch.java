package dev.lockstep.tune.strategy;

import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Space;
import java.util.List;
import java.util.Optional;

/**
 * Draws configurations independently (Bergstra and Bengio 2012), but none twice: a finite space is
 * exhausted after as many trials as it has configurations.
 */
public record RandomSearch() implements Strategy {
  /** The only one. */
  public static final RandomSearch DEFAULTS = new RandomSearch();

  @Override
  public List<Configuration> next(Space space, History history, int limit, RandomKey key) {
    return Draws.next(space, history, limit, key, (number, chosen) -> Optional.empty());
  }
}

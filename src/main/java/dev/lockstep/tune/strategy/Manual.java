package dev.lockstep.tune.strategy;

import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Space;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Tries what the run file lists, in that order.
 *
 * @param configurations values by path, such as {@code { "optimizer.learning_rate" = 0.05 }}
 */
public record Manual(List<Document> configurations) implements Strategy {
  /** An empty list, which {@link #check} refuses. */
  public static final Manual DEFAULTS = new Manual(List.of());

  /** Copies the list. */
  public Manual {
    configurations = List.copyOf(configurations);
  }

  @Override
  public List<Configuration> next(Space space, History history, int limit, RandomKey key) {
    Set<Configuration> tried = history.tried();
    return configurations.stream()
        .map(Manual::configuration)
        .filter(one -> !tried.contains(one))
        .limit(limit)
        .toList();
  }

  @Override
  public long trials(Space space, Collection<Configuration> enqueued) {
    return configurations.stream()
        .map(Manual::configuration)
        .filter(one -> !enqueued.contains(one))
        .count();
  }

  @Override
  public void check(Space space, long maxTrials, Problems problems) {
    String at = "tune.strategy.configurations";
    if (configurations.isEmpty()) {
      problems.add(at, "must list at least one configuration, is []");
    }
    if (!space.dimensions().isEmpty()) {
      problems.add("tune.space", "has no effect with strategy manual; leave it out");
    }
    Set<Configuration> seen = new HashSet<>();
    for (int i = 0; i < configurations.size(); i++) {
      String place = at + "[" + i + "]";
      try {
        if (!seen.add(configuration(configurations.get(i)))) {
          problems.add(place, "is there twice");
        }
      } catch (IllegalArgumentException e) {
        problems.add(place, e.getMessage());
      }
    }
  }

  @Override
  public List<String> warnings(Space space, long trials) {
    return trials > configurations.size()
        ? List.of(
            "tune.trials is %d, but tune.strategy.configurations has only %d: the study ends after these"
                .formatted(trials, configurations.size()))
        : List.of();
  }

  /**
   * The configuration of an object. A nested object is a longer path ({@code optimizer { momentum =
   * 0.9 }}), unless it has a {@code kind}: then it replaces the run file's as a whole.
   *
   * @throws IllegalArgumentException if it holds null
   */
  public static Configuration configuration(Document document) {
    Map<String, Object> paths = new TreeMap<>();
    flatten("", document.values(), paths);
    return new Configuration(paths);
  }

  private static void flatten(String prefix, Map<?, ?> object, Map<String, Object> paths) {
    object.forEach(
        (key, value) -> {
          if (value == null) {
            throw new IllegalArgumentException("must not hold null, " + prefix + key + " is");
          }
          if (value instanceof Map<?, ?> inner && !inner.containsKey("kind")) {
            flatten(prefix + key + ".", inner, paths);
          } else {
            paths.put(prefix + key, value);
          }
        });
  }
}

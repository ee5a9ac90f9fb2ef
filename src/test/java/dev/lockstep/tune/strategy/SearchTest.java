package dev.lockstep.tune.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.bench.Figures;
import dev.lockstep.bench.SearchFunction;
import dev.lockstep.config.Document;
import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.space.Space;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A search must be worth its model; {@code scripts/bench search} has the figures. */
class SearchTest {
  private static final int SEEDS = 5;
  private static final int TRIALS = 50;

  private static double median(SearchFunction function, Strategy strategy) {
    double[] regrets =
        IntStream.range(100, 100 + SEEDS)
            .mapToDouble(seed -> function.search(strategy, TRIALS, seed))
            .toArray();
    return Figures.median(regrets);
  }

  @ParameterizedTest
  @EnumSource
  void bayesComesNearerThanRandomFromTheSameStart(SearchFunction function) {
    double random = median(function, RandomSearch.DEFAULTS);
    for (Bayes.Method method : Bayes.Method.values()) {
      assertThat(median(function, new Bayes(method, 10)))
          .as("%s on %s, seeds 100 to %d", method, function, 99 + SEEDS)
          .isLessThan(random);
    }
  }

  /** What a user searches: a component with its own ranges, a rate, a list. */
  private static final String MIXED =
      """
      "optimizer.learning_rate" { log_uniform = [1e-4, 1] }
      optimizer = [
        { kind = sgd, momentum { uniform = [0, 0.99] } },
        { kind = adam, beta2 { uniform = [0.9, 0.999] } },
        { kind = lbfgs }
      ]
      "model.depth" { int = [1, 8] }
      "regularization.l2" = [0.0, 1e-4, 1e-3, 1e-2, 1e-1]
      """;

  /** Lowest, 0, for sgd with momentum 0.9, rate 0.03, depth 5 and l2 1e-3. */
  private static double mixed(Configuration configuration) {
    double rate = number(configuration, "optimizer.learning_rate");
    double depth = number(configuration, "model.depth");
    double l2 = number(configuration, "regularization.l2");
    double far = Math.log10(rate / 0.03);
    double cost = far * far + 0.05 * (depth - 5) * (depth - 5) + (l2 == 1e-3 ? 0 : 0.3 + l2);
    return cost
        + switch (configuration.find("optimizer.kind").orElseThrow().toString()) {
          case "sgd" -> Math.abs(number(configuration, "optimizer.momentum") - 0.9);
          case "adam" -> 0.2 + 2 * Math.abs(number(configuration, "optimizer.beta2") - 0.95);
          default -> 1;
        };
  }

  private static double number(Configuration configuration, String path) {
    return ((Number) configuration.find(path).orElseThrow()).doubleValue();
  }

  private static double mixed(Strategy strategy) {
    Document document = Document.read(MIXED, "space.conf", List.of());
    Space space = Space.read(document, "tune.space", document.problems()).orElseThrow();
    double[] lowest = new double[SEEDS];
    for (int seed = 0; seed < SEEDS; seed++) {
      History history = Histories.empty();
      while (history.size() < TRIALS) {
        RandomKey key = RandomKey.of(seed);
        int limit = history.size() < 10 ? 10 : 2;
        history =
            Histories.finished(
                Histories.started(history, strategy.next(space, history, limit, key)),
                SearchTest::mixed);
      }
      lowest[seed] = history.best().orElseThrow().report().score().mean();
    }
    return Figures.median(lowest);
  }

  @ParameterizedTest
  @EnumSource
  void bayesComesNearerThanRandomInASpaceOfComponentsTwoAtATime(Bayes.Method method) {
    assertThat(mixed(new Bayes(method, 10)))
        .as("%s, seeds 0 to %d", method, SEEDS - 1)
        .isLessThan(0.7 * mixed(RandomSearch.DEFAULTS));
  }
}

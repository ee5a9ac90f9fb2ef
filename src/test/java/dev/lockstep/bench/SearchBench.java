package dev.lockstep.bench;

import dev.lockstep.tune.strategy.Bayes;
import dev.lockstep.tune.strategy.RandomSearch;
import dev.lockstep.tune.strategy.Strategy;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How near searches come to known minima: medians over seeds of the regret after 50 trials, the
 * first ten of which are the same, against random search, and the same on a real table;
 * cross-validation against MLlib's; and what more members cost. Usage: {@code SearchBench [--only
 * functions|table|folds|members] [--seeds N] [--trials N] [--rows N] [--json FILE]}.
 */
public final class SearchBench {
  private SearchBench() {}

  /** Runs all benchmarks, or those of one kind. */
  public static void main(String[] args) throws Exception {
    Figures figures = new Figures();
    String only = Figures.option("--only", args).orElse("");
    if (only.isEmpty() || only.equals("folds")) {
      CrossValidation.run(figures, args);
    }
    if (only.isEmpty() || only.equals("table")) {
      TableSearch.run(figures, args);
    }
    if (only.isEmpty() || only.equals("members")) {
      MemberCurve.run(figures, args);
    }
    if (only.isEmpty() || only.equals("functions")) {
      functions(figures, args);
    }
    figures.write(args);
  }

  private static void functions(Figures figures, String... args) {
    int seeds = Figures.number("--seeds", 20, args);
    int trials = Figures.number("--trials", 50, args);
    Strategy gp = new Bayes(Bayes.Method.GP, 10);
    Strategy tpe = new Bayes(Bayes.Method.TPE, 10);
    for (SearchFunction function : SearchFunction.values()) {
      String name = function.name().toLowerCase(Locale.ROOT) + " regret, peer random: ";
      double random = median(function, RandomSearch.DEFAULTS, trials, seeds);
      figures.print(name + "gp", median(function, gp, trials, seeds), random);
      figures.print(name + "tpe", median(function, tpe, trials, seeds), random);
    }
  }

  private static double median(SearchFunction function, Strategy strategy, int trials, int seeds) {
    return Figures.median(
        IntStream.range(0, seeds)
            .mapToDouble(seed -> function.search(strategy, trials, seed))
            .toArray());
  }
}

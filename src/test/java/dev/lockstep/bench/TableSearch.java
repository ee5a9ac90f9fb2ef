package dev.lockstep.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Searches on a real table, each a study of its own: Bayesian ones against random search, the first
 * ten trials of which are the same; how far the best score is above the best that any of a seed's
 * studies found, medians over seeds.
 */
final class TableSearch {
  private static final int INITIAL = 10;
  private static final Path FOLDER = Path.of("target/bench/table-search");
  private static final String[] KINDS = {"gp", "tpe", "random"};

  private TableSearch() {}

  static void run(Figures figures, String... args) throws Exception {
    Path file = Path.of(Figures.option("--file", args).orElse("conf/search-a9a.conf"));
    int seeds = Figures.number("--seeds", 5, args);
    Map<String, double[]> regrets = new LinkedHashMap<>();
    for (String kind : KINDS) {
      regrets.put(kind, new double[seeds]);
    }
    for (int seed = 0; seed < seeds; seed++) {
      Map<String, Double> best = best(file, seed);
      double lowest = best.values().stream().min(Double::compare).orElseThrow();
      System.out.printf("seed %d: %s%n", seed, best);
      for (String kind : KINDS) {
        regrets.get(kind)[seed] = best.get(kind) - lowest;
      }
    }
    double random = Figures.median(regrets.get("random"));
    for (String kind : List.of("gp", "tpe")) {
      double own = Figures.median(regrets.get(kind));
      figures.print(file.getFileName() + " regret, peer random: " + kind, own, random);
    }
  }

  /** The lowest score of each strategy's study. */
  private static Map<String, Double> best(Path file, int seed) throws Exception {
    Map<String, Double> best = new LinkedHashMap<>();
    List<String> options = new ArrayList<>(List.of("--no-refit", "--set", "tune.seed=" + seed));
    for (String kind : KINDS) {
      Path output = FOLDER.resolve(kind);
      List<String> own = new ArrayList<>(options);
      own.add("--set");
      own.add(
          kind.equals("random")
              ? "tune.strategy={kind=random}"
              : "tune.strategy={kind=bayes,method=%s,initial_points=%d}".formatted(kind, INITIAL));
      StudyTrials.run(file, output, own.toArray(String[]::new));
      Collection<StudyTrials.Ended> trials = StudyTrials.of(output).values();
      best.put(
          kind,
          trials.stream()
              .mapToDouble(StudyTrials.Ended::score)
              .filter(Double::isFinite)
              .min()
              .orElseThrow());
      if (options.size() == 3) { // the first study's start is every study's
        options.add("--set");
        options.add("tune.enqueue=" + start(trials));
      }
    }
    return best;
  }

  private static String start(Collection<StudyTrials.Ended> trials) {
    return trials.stream()
        .limit(INITIAL)
        .map(trial -> trial.configuration().toString())
        .collect(Collectors.joining(",", "[", "]"));
  }
}

package dev.lockstep.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** The figures of a benchmark: each printed by name with its peer's and their ratio. */
public final class Figures {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double NANOS = 1e9;

  private final ArrayNode figures = JSON.createArrayNode();

  /** The figures of one run; prints a header. */
  public Figures() {
    System.out.printf("%-44s %14s %14s %8s%n", "figure", "ours", "peer", "ratio");
  }

  /** Prints a figure with its peer's. */
  public void print(String name, double ours, double peer) {
    double ratio = ours / peer;
    System.out.printf(Locale.ROOT, "%-44s %14.6g %14.6g %8.3f%n", name, ours, peer, ratio);
    ObjectNode figure = figures.addObject().put("name", name);
    figure.put("ours", ours).put("peer", peer).put("ratio", ratio);
  }

  /** Writes {@code --json FILE} if the arguments have it. */
  public void write(String... args) throws IOException {
    Optional<Path> file = option("--json", args).map(Path::of);
    if (file.isPresent()) {
      Files.writeString(file.get(), figures.toPrettyString());
    }
  }

  /** The value of an option in arguments. */
  public static Optional<String> option(String name, String... args) {
    int at = Arrays.asList(args).indexOf(name);
    return at >= 0 && at + 1 < args.length ? Optional.of(args[at + 1]) : Optional.empty();
  }

  /** A whole number given as an option. */
  public static int number(String name, int otherwise, String... args) {
    return option(name, args).map(Integer::parseInt).orElse(otherwise);
  }

  /** The median of several values. */
  public static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The medians of things measured in turn, A B A B, so that all see the same machine. */
  public static double[] inTurn(int runs, DoubleSupplier... things) {
    double[][] values = new double[things.length][runs];
    for (int i = 0; i < runs; i++) {
      for (int j = 0; j < things.length; j++) {
        values[j][i] = things[j].getAsDouble();
      }
    }
    return Arrays.stream(values).mapToDouble(Figures::median).toArray();
  }

  /** The same, by name. */
  static Map<String, Double> inTurn(int runs, Map<String, DoubleSupplier> things) {
    double[] medians = inTurn(runs, things.values().toArray(DoubleSupplier[]::new));
    Map<String, Double> named = new LinkedHashMap<>();
    things.keySet().forEach(name -> named.put(name, medians[named.size()]));
    return named;
  }

  /** The seconds that work takes. */
  static double seconds(Runnable work) {
    long from = System.nanoTime();
    work.run();
    return (System.nanoTime() - from) / NANOS;
  }
}

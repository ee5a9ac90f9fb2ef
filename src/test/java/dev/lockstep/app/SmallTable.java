package dev.lockstep.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** A small table with categories and missing values, its run file, and commands on it. */
final class SmallTable {
  static final int ROWS = 600;

  private SmallTable() {}

  /** Writes table and run file into a folder. */
  static Path write(Path folder) throws IOException {
    Files.writeString(folder.resolve("table.csv"), table(true));
    return Files.writeString(
        folder.resolve("run.conf"),
        """
        data {
          source { format = csv, path = "%1$s/table.csv", nulls = ["?", ""] }
          label = bought
          columns { double_age = "age * 2" }
          ignore = [id]
        }
        model { kind = logistic }
        optimizer { kind = lbfgs }
        regularization { l2 = 1e-3 }
        output = "%1$s/run"
        """
            .formatted(folder));
  }

  /** The same, and trains: the run is in {@code run}, its result in {@code result.json}. */
  static CommandLineRun train(Path folder) throws IOException {
    String result = folder.resolve("result.json").toString();
    return lockstep("train", write(folder).toString(), "--result-file", result);
  }

  /** Runs a command line on two cores. */
  static CommandLineRun lockstep(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--master", "local[2]"));
    return CommandLineRun.of(all.toArray(String[]::new));
  }

  /** The table; without labels its columns have another order. */
  static String table(boolean labelled) {
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder(labelled ? "id,age,town,bought\n" : "town,id,age\n");
    for (int i = 0; i < ROWS; i++) {
      int age = 20 + random.nextInt(50);
      String town = List.of("Bern", "Genf", "?").get(random.nextInt(3));
      String shown = random.nextInt(20) == 0 ? "?" : "" + age;
      double score = (age - 45) / 8.0 + (town.equals("Bern") ? 1 : 0);
      String label = random.nextDouble() < 1 / (1 + Math.exp(-score)) ? "yes" : "no";
      csv.append(
          labelled
              ? "%d,%s,%s,%s%n".formatted(i, shown, town, label)
              : "%s,%d,%s%n".formatted(town, i, shown));
    }
    return csv.toString();
  }

  /** The lines of all part files of a directory. */
  static List<String> lines(Path directory) {
    try (Stream<Path> parts = Files.list(directory)) {
      List<String> lines = new ArrayList<>();
      for (Path part : parts.filter(p -> p.getFileName().toString().startsWith("part")).toList()) {
        lines.addAll(Files.readAllLines(part));
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

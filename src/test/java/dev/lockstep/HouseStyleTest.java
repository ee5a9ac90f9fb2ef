package dev.lockstep;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the compiler does not check: sizes, names, guided tours, and what lies at the top. */
final class HouseStyleTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/lockstep");
  private static final Set<String> TOP_LEVEL =
      Set.of("pom.xml", "src", "conf", "scripts", "README.md", "LICENSE");
  private static final Set<String> WRITTEN_BY_RUNS =
      Set.of("target", "runs", "spark-warehouse", "metastore_db", "derby.log");
  private static final Pattern VAGUE =
      Pattern.compile(".*(utils?|common|helpers?|impl|manager)", Pattern.CASE_INSENSITIVE);
  private static final int MOST_LINES = 300;
  private static final int MOST_COLUMNS = 120;

  @Test
  void noFileIsLongerThanThreeHundredLines() throws IOException {
    Set<String> tooLong = new TreeSet<>();
    for (Path file : files(Path.of("src"), ".java")) {
      long lines = Files.readAllLines(file).size();
      if (lines > MOST_LINES) {
        tooLong.add(file + ": " + lines + " lines");
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void everyPackageHasAGuidedTour() throws IOException {
    Set<Path> without = new TreeSet<>();
    for (Path file : files(SOURCES, ".java")) {
      if (!Files.exists(file.resolveSibling("package-info.java"))) {
        without.add(file.getParent());
      }
    }
    assertThat(without).as("packages without package-info.java").isEmpty();
  }

  @Test
  void noPackageOrClassHasAVagueName() throws IOException {
    Set<Path> vague = new TreeSet<>();
    for (Path file : files(Path.of("src"), ".java")) {
      String name = file.getFileName().toString().replace(".java", "");
      String folder = file.getParent().getFileName().toString();
      if (VAGUE.matcher(name).matches() || VAGUE.matcher(folder).matches()) {
        vague.add(file);
      }
    }
    assertThat(vague).isEmpty();
  }

  @Test
  void scriptsSayWhatTheyDoAndFitTheScreen() throws IOException {
    Set<String> faults = new TreeSet<>();
    for (Path file : files(Path.of("scripts"), "")) {
      List<String> lines = Files.readAllLines(file);
      boolean told = lines.stream().limit(3).anyMatch(line -> line.matches("(#|\"\"\").{20,}"));
      if (!told) {
        faults.add(file + ": no sentence at the top");
      }
      if (lines.get(0).startsWith("#!") && !Files.isExecutable(file)) {
        faults.add(file + ": not executable");
      }
      if (lines.stream().anyMatch(line -> line.length() > MOST_COLUMNS)) {
        faults.add(file + ": a line of more than " + MOST_COLUMNS + " columns");
      }
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void theTopLevelHoldsNothingElse() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of(""))) {
      assertThat(entries.map(Path::toString))
          .filteredOn(name -> !name.startsWith(".") && !WRITTEN_BY_RUNS.contains(name))
          .isSubsetOf(TOP_LEVEL);
    }
  }

  private static List<Path> files(Path root, String suffix) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      List<Path> found =
          tree.filter(Files::isRegularFile)
              .filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(suffix))
              .filter(file -> !file.toString().contains("__pycache__"))
              .sorted()
              .toList();
      assertThat(found).as("files in " + root).isNotEmpty();
      return found;
    }
  }
}

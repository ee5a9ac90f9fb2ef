package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/spark-home} in a project of its own, which may belong to others. */
final class SparkHomeScriptTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Map<String, String> ENV = Map.of("LOCKSTEP_BUILD", "never");

  @TempDir Path folder;
  private Path home;
  private Path spark;

  @BeforeEach
  void aBuiltProject() throws IOException {
    home = folder.toRealPath().resolve("a project");
    spark = home.resolve("target/spark");
    Files.createDirectories(spark.resolve("jars"));
    Files.writeString(spark.resolve("jars/a.jar"), "a");
    Files.createFile(home.resolve("target/lockstep.jar"));
    Files.createDirectories(home.resolve("scripts"));
    for (String name : List.of("archive", "locale", "lockstep", "spark-home")) {
      Files.copy(Path.of("scripts", name), home.resolve("scripts").resolve(name));
    }
    Files.createDirectories(home.resolve("conf"));
    for (String name : List.of("spark-defaults.conf", "log4j2.properties", "metrics.properties")) {
      Files.copy(Path.of("conf", name), home.resolve("conf").resolve(name));
    }
  }

  @AfterEach
  void writable() throws IOException {
    permit("rwxr-xr-x");
  }

  @Test
  void onlyWhatIsMissingOrAnotherIsWritten() throws IOException {
    assertThat(assembled(List.of())).isEqualTo(spark.toString());
    Map<String, Object> before = files(spark);
    assertThat(before).containsKeys("bin/spark-class", "bin/spark-submit", "conf/fast-starts.conf");
    assertThat(spark.resolve("bin/spark-class")).isExecutable();
    assembled(List.of());
    assertThat(files(spark)).isEqualTo(before);
    Files.writeString(home.resolve("conf/metrics.properties"), "# another\n");
    Files.delete(spark.resolve("bin/spark-submit"));
    assembled(List.of());
    assertThat(spark.resolve("conf/metrics.properties")).hasContent("# another\n");
    assertThat(spark.resolve("bin/spark-submit")).isExecutable();
    Map<String, Object> after = files(spark);
    assertThat(after).hasSameSizeAs(before);
    after.keySet().removeAll(List.of("conf/metrics.properties", "bin/spark-submit"));
    assertThat(before).containsAllEntriesOf(after);
  }

  @Test
  void aFolderElsewhereGetsTheJarsOnce() throws IOException {
    Path other = folder.toRealPath().resolve("else where");
    assertThat(assembled(List.of(other.toString()))).isEqualTo(other.toString());
    assertThat(other.resolve("jars/a.jar")).hasContent("a");
    Map<String, Object> before = files(other);
    assembled(List.of(other.toString()));
    assertThat(files(other)).isEqualTo(before);
  }

  @Test
  void whoMayOnlyReadAWholeFolderIsServed() throws IOException {
    List<String> reader = reader();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    assembled(List.of());
    permit("r-xr-xr-x");
    Child.Outcome outcome = run(reader, "scripts/spark-home");
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(outcome.out()).containsExactly(spark.toString());
    assertThat(outcome.err()).isEmpty();
    permit("rwxr-xr-x");
    Files.writeString(home.resolve("conf/metrics.properties"), "# another\n");
    permit("r-xr-xr-x");
    requireDenied(run(reader, "scripts/spark-home"));
  }

  @Test
  void aFolderThatIsNotWholeAndCannotBeWrittenIsToldOfWithCode77() throws IOException {
    Files.writeString(spark.resolve("conf"), "no folder");
    requireDenied(run(List.of(), "scripts/spark-home"));
    List<String> train =
        List.of("scripts/lockstep", "train", "run.conf", "--master", "spark://127.0.0.1:9");
    requireDenied(run(List.of(), train.toArray(String[]::new)));
  }

  private void requireDenied(Child.Outcome outcome) {
    assertThat(outcome.exitCode()).as(outcome.text()).isEqualTo(77);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .containsExactly(
            "spark-home: %s is not whole and cannot be written: have its owner run".formatted(spark)
                + " scripts/spark-home, or set SPARK_HOME");
  }

  private String assembled(List<String> arguments) {
    List<String> words = new ArrayList<>(List.of("scripts/spark-home"));
    words.addAll(arguments);
    Child.Outcome outcome = run(List.of(), words.toArray(String[]::new));
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    return outcome.out().get(0);
  }

  private Child.Outcome run(List<String> as, String... command) {
    List<String> words = new ArrayList<>(List.of("env", "-u", "SPARK_HOME"));
    words.addAll(as);
    words.addAll(List.of(command));
    return Child.start(home, ENV, words).await(LIMIT);
  }

  /** What makes a command one of a user whom permissions bind; skips the test if nothing does. */
  private List<String> reader() throws IOException {
    Path probe = Files.createDirectory(folder.resolve("probe"));
    Files.setPosixFilePermissions(probe, PosixFilePermissions.fromString("r-xr-xr-x"));
    for (List<String> as :
        List.of(
            List.<String>of(),
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"))) {
      Child.Outcome outcome = run(as, "test", "!", "-w", probe.toString());
      if (outcome.exitCode() == 0) {
        return as;
      }
    }
    String reason = "no user whom permissions bind: run the tests as one, or install setpriv";
    System.err.println("skipped: " + reason);
    Assumptions.abort(reason);
    throw new IllegalStateException(reason);
  }

  private void permit(String permissions) throws IOException {
    try (Stream<Path> all = Files.walk(home)) {
      for (Path each : all.filter(Files::isDirectory).toList()) {
        Files.setPosixFilePermissions(each, PosixFilePermissions.fromString(permissions));
      }
    }
  }

  /** Which file has each name: one that is put in place anew is another. */
  private static Map<String, Object> files(Path root) throws IOException {
    Map<String, Object> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        BasicFileAttributes known = Files.readAttributes(file, BasicFileAttributes.class);
        files.put(
            root.relativize(file).toString(), known.fileKey() + " " + known.lastModifiedTime());
      }
    }
    return files;
  }
}

package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scripts/archive} in a project of its own, under a java that notes how often it is run. */
final class ArchiveScriptTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final String WRITES =
      "for word in \"$@\"; do case $word in *AtExit=*) : > jsa ;; esac; done";

  @TempDir Path folder;
  private Path archive;

  @BeforeEach
  void aBuiltProject() throws IOException {
    folder = folder.toRealPath().resolve("a project");
    Files.createDirectories(folder.resolve("target/spark/jars"));
    Files.createDirectories(folder.resolve("scripts"));
    for (String name : List.of("archive", "locale", "lockstep")) {
      Files.copy(Path.of("scripts", name), folder.resolve("scripts").resolve(name));
    }
    Files.createFile(folder.resolve("target/lockstep.jar"));
    archive = folder.resolve("target/spark/lockstep.jsa");
    java("17", WRITES);
    for (Path file :
        List.of(folder.resolve("target/lockstep.jar"), folder.resolve("target/spark/jars"))) {
      touch(file, Instant.now().minusSeconds(60));
    }
  }

  @Test
  void anArchiveIsMadeOnceForAJvmAndItsJars() throws IOException {
    assertThat(run()).containsExactly(archive.toString());
    assertThat(run()).containsExactly(archive.toString());
    assertThat(runsOfJava()).isEqualTo(1);
    java("21", WRITES);
    assertThat(run()).containsExactly(archive.toString());
    assertThat(runsOfJava()).isEqualTo(2);
    touch(
        Files.createFile(folder.resolve("target/spark/jars/a.jar")), Instant.now().plusSeconds(60));
    assertThat(run()).containsExactly(archive.toString());
    assertThat(runsOfJava()).isEqualTo(3);
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void startsAtTheSameTimeMakeItOnce() throws IOException {
    java("17", "sleep 1; " + WRITES);
    List<Child> starts = Stream.generate(this::start).limit(4).toList();
    for (Child start : starts) {
      assertThat(start.await(LIMIT).out()).containsExactly(archive.toString());
    }
    assertThat(runsOfJava()).isEqualTo(1);
  }

  @Test
  void whereItCannotBeMadeNothingFailsAndNobodyTriesAgainUntilTheNextBuild() throws IOException {
    java("17", "echo broken; exit 1");
    Child.Outcome first = start().await(LIMIT);
    assertThat(first.exitCode()).isZero();
    assertThat(first.out()).isEmpty();
    assertThat(first.text()).contains("no archive could be made: see " + archive + ".log");
    assertThat(Path.of(archive + ".log")).content().contains("broken");
    assertThat(run()).isEmpty();
    assertThat(runsOfJava()).isEqualTo(1);
    touch(folder.resolve("target/lockstep.jar"), Instant.now().plusSeconds(60));
    assertThat(start().await(LIMIT).out()).isEmpty();
    assertThat(runsOfJava()).isEqualTo(2);
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void aMakingThatIsBrokenOffIsTriedAgain() throws IOException {
    java("17", "exit 130");
    start().await(LIMIT);
    java("17", WRITES);
    assertThat(run()).containsExactly(archive.toString());
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void aFolderThatTakesNoFilesIsLeftAsItIs() throws IOException {
    Files.createDirectory(folder.resolve("target/spark/lockstep.jsa.lock"));
    assertThat(run()).isEmpty();
    assertThat(runsOfJava()).isZero();
  }

  @Test
  void nothingIsMadeWhereNothingIsToBeBuilt() throws IOException {
    assertThat(start(Map.of("LOCKSTEP_BUILD", "never")).await(LIMIT).text()).isBlank();
    assertThat(runsOfJava()).isZero();
    run();
    assertThat(start(Map.of("LOCKSTEP_BUILD", "never")).await(LIMIT).out())
        .containsExactly(archive.toString());
    java("21", WRITES);
    assertThat(start(Map.of("LOCKSTEP_BUILD", "never")).await(LIMIT).text())
        .as("an archive of another JVM")
        .isBlank();
    assertThat(runsOfJava()).isEqualTo(1);
  }

  private List<String> run() {
    Child.Outcome outcome = start().await(LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(String.join("\n", outcome.err())).isIn("", "lockstep: preparing fast starts, once");
    return outcome.out();
  }

  private Child start() {
    return start(Map.of("LOCKSTEP_BUILD", ""));
  }

  private Child start(Map<String, String> more) {
    Map<String, String> env = new HashMap<>(more);
    env.put("JAVA_HOME", folder.resolve("jvm").toString());
    return Child.start(folder, env, List.of("scripts/archive"));
  }

  private void java(String version, String body) throws IOException {
    Path java = folder.resolve("jvm/bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(folder.resolve("jvm/release"), "JAVA_RUNTIME_VERSION=" + version + "\n");
    Files.writeString(
        java, "#!/bin/sh\necho run >> '" + folder.resolve("runs.txt") + "'\n" + body + "\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
  }

  private long runsOfJava() throws IOException {
    Path runs = folder.resolve("runs.txt");
    return Files.exists(runs) ? Files.readAllLines(runs).size() : 0;
  }

  /** Folders in which an archive was being made. */
  private List<Path> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(archive.getParent())) {
      return files.filter(file -> Files.isDirectory(file) && !file.endsWith("jars")).toList();
    }
  }

  private static void touch(Path file, Instant time) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(time));
  }
}

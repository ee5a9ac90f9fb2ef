package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * JVMs of Spark map the archive that {@code scripts/archive} made; one that is not theirs, never.
 */
final class FastStartsIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Path ARCHIVE = Launcher.HOME.resolve("target/spark/lockstep.jsa");
  private static final String MAPPED = "shared objects file (top)";

  @TempDir Path folder;

  @Test
  void aDriverMapsTheArchiveAndSaysNothingOfIt() throws IOException {
    requireArchive();
    assertThat(loads(Launcher.HOME, "local[1]", Thrift.ENV)).contains(MAPPED);
  }

  @Test
  void soDoesADriverThatSparkSubmitStarts() throws IOException {
    requireArchive();
    Map<String, String> env = new HashMap<>(Thrift.ENV);
    env.put("SPARK_CONF_DIR", "");
    assertThat(loads(Launcher.HOME, "spark://127.0.0.1:9", env)).contains(MAPPED);
  }

  @Test
  void pathsOfThisMachineDoNotGoToAClusterElsewhere() throws IOException {
    requireArchive();
    Map<String, String> env = new HashMap<>(Thrift.ENV);
    env.put("SPARK_CONF_DIR", "");
    assertThat(loads(Launcher.HOME, "spark://192.0.2.1:9", env)).doesNotContain(MAPPED);
  }

  @Test
  void soDoMasterWorkersAndExecutors() throws IOException {
    requireArchive();
    Path maps = Path.of("/proc/self/maps");
    Assumptions.assumeTrue(
        Files.exists(maps), maps + " is missing: only Linux shows what is mapped");
    try (GangGround ground = GangGround.start(folder, 1, 2, Map.of())) {
      ground.awaitExecutors(GangGround.WORKERS);
      StandaloneCluster cluster = ground.cluster();
      ProcessHandle executor = cluster.executors(2).get(0);
      for (ProcessHandle each : List.of(cluster.masterProcess(), cluster.worker(1), executor)) {
        assertThat(Files.readString(Path.of("/proc/" + each.pid() + "/maps")))
            .as(each.info().commandLine().orElse(""))
            .contains(ARCHIVE.toString());
      }
    }
    for (String daemon : List.of("master", "worker-1", "worker-2")) {
      assertThat(Files.readString(folder.resolve(daemon + ".log"))).doesNotContain("[warning]");
    }
  }

  @Test
  void anArchiveOfOtherJarsIsPassedOverQuietly() throws IOException {
    requireArchive();
    Path home = project();
    Path jar;
    try (Stream<Path> all = Files.list(home.resolve("target/spark/jars"))) {
      jar =
          all.filter(each -> each.toString().contains("scala-library-")).findFirst().orElseThrow();
    }
    Path original = jar.toRealPath();
    Files.delete(jar);
    Files.copy(original, jar);
    Files.createSymbolicLink(home.resolve("target/spark/lockstep.jsa"), ARCHIVE);
    assertThat(loads(home, "local[1]", Thrift.ENV)).doesNotContain(MAPPED).contains("scala.");
  }

  @Test
  void soIsAFileThatIsNoArchive() throws IOException {
    requireArchive();
    Path home = project();
    Files.writeString(home.resolve("target/spark/lockstep.jsa"), "no archive");
    assertThat(loads(home, "local[1]", Thrift.ENV)).doesNotContain(MAPPED).contains("scala.");
  }

  /** What the driver of a run without a run file loads, and from where; it must not say more. */
  private String loads(Path home, String master, Map<String, String> variables) throws IOException {
    Map<String, String> env = new HashMap<>(variables);
    env.put("LOCKSTEP_BUILD", "never");
    env.merge(
        "JDK_JAVA_OPTIONS",
        "-Xlog:class+load:file=" + folder + "/loads-%p.txt",
        (a, b) -> a + " " + b);
    List<String> command =
        List.of(home + "/scripts/lockstep", "train", "absent.conf", "--master", master);
    Child.Outcome outcome = Child.start(folder, env, command).await(LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isEqualTo(66);
    assertThat(outcome.text()).doesNotContain("[warning]", "archive", "jsa");
    try (Stream<Path> files = Files.list(folder)) {
      StringBuilder all = new StringBuilder();
      for (Path file : files.filter(file -> file.toString().endsWith(".txt")).toList()) {
        all.append(Files.readString(file));
      }
      return all.toString();
    }
  }

  /** The same scripts, jars and configuration in a folder of their own. */
  private Path project() throws IOException {
    Path home = folder.resolve("project");
    Path jars = Files.createDirectories(home.resolve("target/spark/jars"));
    Path scripts = Files.createDirectories(home.resolve("scripts"));
    for (String name : List.of("archive", "locale", "lockstep", "spark-home")) {
      Files.copy(Launcher.HOME.resolve("scripts").resolve(name), scripts.resolve(name));
    }
    for (String name : List.of("conf", "target/lockstep.jar")) {
      Files.createSymbolicLink(home.resolve(name), Launcher.HOME.resolve(name));
    }
    try (Stream<Path> all = Files.list(Launcher.HOME.resolve("target/spark/jars"))) {
      for (Path jar : all.toList()) {
        Files.createSymbolicLink(jars.resolve(jar.getFileName()), jar);
      }
    }
    Files.createSymbolicLink(
        home.resolve("target/spark/lockstep.jsa.of"),
        ARCHIVE.resolveSibling(ARCHIVE.getFileName() + ".of"));
    return home;
  }

  /** JUnit would warn of each link that it deletes. */
  @AfterEach
  void unlink() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path link : all.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  private static void requireArchive() {
    Launcher.requireJar();
    assertThat(Thrift.ENV).isNotEmpty(); // has the SPARK_HOME assembled, and the archive made
    assertThat(ARCHIVE).as("scripts/archive tells why in a shell").exists();
  }
}

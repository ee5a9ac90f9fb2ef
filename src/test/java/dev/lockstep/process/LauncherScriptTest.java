package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code scripts/lockstep} starts, in a project of its own whose programs tell their words.
 */
final class LauncherScriptTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final String TELL = "#!/bin/sh\nprintf '%s\\n' \"$@\"\n";

  private static final String FIRST_ONLY = "-XX:TieredStopAtLevel=1";

  @TempDir Path folder;
  private Path home;

  @BeforeEach
  void aBuiltProject() throws IOException {
    home = folder.toRealPath().resolve("a project");
    Files.createDirectories(home.resolve("target/spark/jars"));
    Files.createFile(home.resolve("target/lockstep.jar"));
    Files.createDirectories(home.resolve("scripts"));
    for (String name : List.of("archive", "locale", "lockstep", "spark-home")) {
      Files.copy(Path.of("scripts", name), home.resolve("scripts").resolve(name));
    }
    program("spark/bin/spark-submit", TELL + "echo \"SPARK_SUBMIT_OPTS=$SPARK_SUBMIT_OPTS\"\n");
    program("jdk/bin/java", TELL);
    for (String name : List.of("run.conf", "test", "mine", "age")) {
      Files.createFile(home.resolve(name));
    }
  }

  private void program(String name, String text) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void onlyPathsBecomeAbsoluteForADriverElsewhere() {
    String[] words = {"evaluate", "--split", "test", "run.conf", "--run-id", "mine"};
    assertThat(onCluster(Map.of(), words))
        .containsSubsequence("evaluate", "--split", "test", home + "/run.conf", "--run-id", "mine");
    assertThat(onCluster(Map.of(), "predict", "run.conf", "--keep=age", "--output", "a b/c"))
        .containsSubsequence("predict", home + "/run.conf", "--keep=age")
        .endsWith("--output", home + "/a b/c", "SPARK_SUBMIT_OPTS=");
    String timed = "res/2026-01-01T02:00.json";
    assertThat(onCluster(Map.of(), "evaluate", "run.conf", "--result-file", timed))
        .containsSubsequence("--result-file", home + "/" + timed);
    String[] files = {
      "--result-file=out/r.json", "--model", "hdfs:/m", "--report", "/r", "--verbose"
    };
    assertThat(onCluster(Map.of(), "inspect", files[0], files[1], files[2], files[3], files[4]))
        .containsSubsequence(
            "--result-file=" + home + "/out/r.json", "--model", "hdfs:/m", "--report", "/r");
    assertThat(onCluster(Map.of(), "tune", "--no-refit", "run.conf", "--set", "name=mine"))
        .containsSubsequence("tune", "--no-refit", home + "/run.conf", "--set", "name=mine");
    assertThat(onCluster(Map.of("HADOOP_CONF_DIR", "/etc/hadoop"), "train", "run.conf", files[0]))
        .containsSubsequence("train", home + "/run.conf", "--result-file=out/r.json");
  }

  @Test
  void theSecondCompilerIsLeftOutWhereNothingIsComputedUnlessTheUserSaysSo() {
    assertThat(run(Map.of(), List.of("check", "run.conf"))).contains(FIRST_ONLY);
    assertThat(run(Map.of(), List.of("--version"))).contains(FIRST_ONLY);
    assertThat(run(Map.of(), List.of("train", "run.conf"))).doesNotContain(FIRST_ONLY);
    String all = "-XX:TieredStopAtLevel=4";
    assertThat(run(Map.of("LOCKSTEP_OPTS", all), List.of("check", "run.conf")))
        .containsSubsequence(FIRST_ONLY, all);
    assertThat(run(Map.of(), List.of("check", "run.conf", "--driver-java-options", all)))
        .containsSubsequence(FIRST_ONLY, all);
    assertThat(run(Map.of("JAVA_TOOL_OPTIONS", all), List.of("check"))).doesNotContain(FIRST_ONLY);
    List<String> elsewhere = List.of("check", "run.conf", "--master", "spark://host:7077");
    assertThat(run(Map.of("SPARK_SUBMIT_OPTS", all), elsewhere))
        .doesNotContain("--driver-java-options")
        .endsWith("SPARK_SUBMIT_OPTS=" + FIRST_ONLY + " " + all);
  }

  @Test
  void everyOptionOfSparkSubmitMayHaveItsValueAfterAnEqualsSign() {
    String[] options = {
      "--driver-java-options=-Da=b", "--driver-class-path=c.jar", "--principal=p", "--proxy-user=u"
    };
    List<String> words = new ArrayList<>(List.of("train", "run.conf", "--load-spark-defaults"));
    words.addAll(List.of(options));
    assertThat(onCluster(Map.of(), words.toArray(String[]::new)))
        .containsSubsequence("--driver-java-options", "-Da=b", "--driver-class-path", "c.jar")
        .containsSubsequence("--principal", "p", "--proxy-user", "u", "--class", "train");
  }

  @Test
  void theDriverOfThisMachineHasTheClassPathThatItIsGiven() throws IOException {
    program("jdk/bin/java", TELL + "echo \"LD_LIBRARY_PATH=$LD_LIBRARY_PATH\"\n");
    List<String> words = List.of("train", "run.conf", "--driver-class-path", "a.jar:b");
    assertThat(run(Map.of(), words)).anyMatch(word -> word.startsWith("a.jar:b:" + home));
    List<String> set = List.of("train", "run.conf", "-c", "spark.driver.extraClassPath=c.jar");
    assertThat(run(Map.of(), set)).anyMatch(word -> word.startsWith("c.jar:" + home));
    List<String> natives = List.of("train", "run.conf", "--driver-library-path=/n");
    assertThat(run(Map.of("LD_LIBRARY_PATH", "/m"), natives)).contains("LD_LIBRARY_PATH=/n:/m");
  }

  private List<String> onCluster(Map<String, String> env, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--master", "spark://host:6066", "--deploy-mode", "cluster"));
    return run(env, all);
  }

  private List<String> run(Map<String, String> env, List<String> words) {
    List<String> command = new ArrayList<>(List.of("env", "-u", "HADOOP_CONF_DIR"));
    command.addAll(List.of("-u", "SPARK_SUBMIT_OPTS", "LOCKSTEP_BUILD=never"));
    command.addAll(List.of("SPARK_HOME=" + home.resolve("spark"), "JAVA_HOME=" + home + "/jdk"));
    env.forEach((name, value) -> command.add(name + "=" + value));
    command.add("scripts/lockstep");
    command.addAll(words);
    Child.Outcome outcome = Child.start(home, Map.of(), command).await(LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    return outcome.out();
  }
}

package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LauncherIT {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir Path folder;

  @Test
  void aMissingRunFileIsOneSentenceAndItsOwnExitCode() {
    Child.Outcome outcome = Launcher.lockstep(folder, "train", "absent.conf").await(LIMIT);
    assertThat(outcome.exitCode()).isEqualTo(66);
    assertThat(outcome.lastLine()).startsWith("lockstep: error: ").contains("absent.conf");
    assertThat(outcome.text()).doesNotContain("\tat ", "Exception");
  }

  @Test
  void theSameHoldsThroughSparkSubmit() {
    Child.Outcome outcome =
        Launcher.lockstep(folder, "train", "absent.conf", "--master", "spark://127.0.0.1:9")
            .await(LIMIT);
    assertThat(outcome.exitCode()).isEqualTo(66);
    assertThat(outcome.text()).doesNotContain("\tat ", "Exception");
  }

  @Test
  void namesOfOtherLettersThanAsciiAreReadWhereNoLocaleIsSet() throws IOException {
    Path data = Files.createDirectories(folder.resolve("donn\u00e9es"));
    Files.writeString(data.resolve("\u00c4pfel.csv"), "x,label\n" + "1,2\n3,4\n".repeat(20));
    Files.writeString(
        folder.resolve("a.conf"),
        """
        data { source { format = csv, path = "%s" }, label = label }
        model { kind = linear }
        optimizer { kind = lbfgs }
        """
            .formatted(data));
    Child.Outcome outcome =
        Launcher.lockstep(
                folder, Map.of("LC_ALL", "POSIX"), "check", "a.conf", "--master", "local[1]")
            .await(LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(outcome.text()).contains("nothing is wrong with the head of the data");
  }

  @Test
  void whereNumbersHaveOtherDigitsARunIsNamedAsElsewhere() throws IOException {
    Files.writeString(folder.resolve("few.csv"), "x,label\n" + "1,2\n3,4\n".repeat(20));
    Files.writeString(
        folder.resolve("few.conf"),
        """
        data { source { format = csv, path = few.csv }, label = label }
        model { kind = linear }
        optimizer { kind = lbfgs }
        output = few
        """);
    for (int time = 0; time < 2; time++) {
      Child.Outcome outcome =
          Launcher.lockstep(
                  folder,
                  Map.of("LOCKSTEP_OPTS", "-Duser.language=fa -Duser.country=IR"),
                  "train",
                  "few.conf",
                  "--master",
                  "local[1]")
              .await(LIMIT);
      assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    }
    try (Stream<Path> owners = Files.list(folder.resolve("few/owner"))) {
      assertThat(owners.map(path -> path.getFileName().toString())).contains("000001.json");
    }
  }

  @Test
  void wrongUseIsExitCode64() {
    assertThat(Launcher.lockstep(folder, "frobnicate").await(LIMIT).exitCode()).isEqualTo(64);
    assertThat(Launcher.lockstep(folder, "train", "a.conf", "--master").await(LIMIT).exitCode())
        .isEqualTo(64);
  }

  @Test
  void optionsOfSparkSubmitDoNotReachTheCommand() {
    Child.Outcome outcome =
        Launcher.lockstep(
                folder,
                Map.of("LOCKSTEP_OPTS", "-Dcheck=a -Dother=b"),
                List.of(
                        "train",
                        "--conf",
                        "spark.ui.enabled=false",
                        "absent.conf",
                        "--driver-memory",
                        "512m",
                        "--master",
                        "local[1]")
                    .toArray(String[]::new))
            .await(LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isEqualTo(66);
  }

  @Test
  void aDriverOnAWorkerIsGivenWhereItsRunFileIs() throws IOException {
    Path submit = folder.resolve("spark/bin/spark-submit");
    Files.createDirectories(submit.getParent());
    Files.writeString(submit, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    assertThat(submit.toFile().setExecutable(true)).isTrue();
    Files.createDirectories(folder.resolve("my runs"));
    Files.writeString(folder.resolve("my runs/a.conf"), "name = a\n");
    Child.Outcome outcome =
        Launcher.lockstep(
                folder,
                Map.of("SPARK_HOME", folder.resolve("spark").toString()),
                List.of(
                        "train",
                        "my runs/a.conf",
                        "--master",
                        "spark://127.0.0.1:9",
                        "--deploy-mode",
                        "cluster",
                        "--run-id",
                        "b.conf")
                    .toArray(String[]::new))
            .await(LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(outcome.out())
        .endsWith("train", folder.toRealPath() + "/my runs/a.conf", "--run-id", "b.conf");
  }

  @Test
  void helpAndVersionSucceed() {
    assertThat(Launcher.lockstep(folder, "--help").await(LIMIT).exitCode()).isZero();
    assertThat(Launcher.lockstep(folder, "--version").await(LIMIT).exitCode()).isZero();
  }
}

package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
  void helpAndVersionSucceed() {
    assertThat(Launcher.lockstep(folder, "--help").await(LIMIT).exitCode()).isZero();
    assertThat(Launcher.lockstep(folder, "--version").await(LIMIT).exitCode()).isZero();
  }
}

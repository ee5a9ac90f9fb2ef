package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RunChecksTest {
  private static final Path ODD = Path.of("/home/me/proj[1]");

  private static String full(String output, Path folder) {
    return RunChecks.fullOutput(output, folder, () -> "file");
  }

  @Test
  void aRelativeOutputIsJudgedWithTheFolderItLiesIn() {
    assertThat(full("runs/a", ODD)).isEqualTo("/home/me/proj[1]/runs/a");
    assertThat(full("../runs/a", ODD)).isEqualTo("/home/me/runs/a");
  }

  @Test
  void anOutputThatDoesNotLieThereIsJudgedAlone() {
    for (String output : new String[] {"/runs/a", "file:/runs/a", "hdfs://host:8020/runs/a"}) {
      assertThat(full(output, ODD)).isEqualTo(output);
    }
    assertThat(RunChecks.fullOutput("runs/a", ODD, () -> "hdfs")).isEqualTo("runs/a");
  }

  @Test
  void inAPlainFolderTheFileSystemIsNotAskedFor() {
    String output =
        RunChecks.fullOutput(
            "runs/a",
            Path.of("/home/me"),
            () -> {
              throw new AssertionError("asked");
            });
    assertThat(output).isEqualTo("runs/a");
  }
}

package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.train.store.OwnedRun;
import dev.lockstep.train.store.RunDescription;
import dev.lockstep.train.store.RunDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  /** Clears a terminal, by the old and by the new sequence, and begins a line. */
  private static final String HOSTILE = "x\u001b[2J\u009b2J\r\n\u007f";

  @TempDir private Path folder;

  private void run(String text) {
    RunDescription.InputFile input = new RunDescription.InputFile(text, 1, 0);
    try (OwnedRun run = RunDirectory.at(folder.toString(), new Configuration()).claim()) {
      run.begin(
          RunDescription.of(Map.of("name", text), 2, Map.of("java", text), List.of(input)), 2);
    }
  }

  @Test
  void nothingThatATerminalObeysIsPrinted() {
    run(HOSTILE);
    CommandLineRun run = CommandLineRun.of("inspect", folder.toString());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines()).anyMatch(line -> line.startsWith("versions: "));
    assertThat(run.out()).contains("x\\u001b[2J\\u009b2J\\r\\n\\u007f");
    assertThat(run.out().chars().filter(c -> Character.isISOControl(c) && c != '\n')).isEmpty();
  }

  @Test
  void whatChangesARunFileIsRefusedBesideADirectory() {
    run("x");
    for (List<String> more : List.of(List.of("--set", "output=y"), List.of("--run-id", "y"))) {
      CommandLineRun run =
          CommandLineRun.of("inspect", folder.toString(), more.get(0), more.get(1));
      assertThat(run.code()).as(run.err()).isEqualTo(64);
      assertThat(run.last()).contains("--set and --run-id", folder + " is no run file");
    }
  }
}

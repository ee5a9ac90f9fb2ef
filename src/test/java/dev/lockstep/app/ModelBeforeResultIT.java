package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model is saved before it is evaluated, which may fail. */
class ModelBeforeResultIT {
  @TempDir private Path folder;

  @Test
  void aRunKilledBetweenModelAndResultResumesToTheSameResult() throws IOException {
    Path runFile = folder.resolve("run.conf");
    Files.writeString(
        runFile,
        """
        data { source { format = synthetic, task = multiclass, rows = 300, features = 5, classes = 3 } }
        model { kind = softmax }
        optimizer { kind = adam }
        train { epochs = 2 }
        output = "%s/run"
        """
            .formatted(folder));
    String[] command = {"train", runFile.toString(), "--master", "local[2]"};
    CommandLineRun first = CommandLineRun.of(command);
    assertThat(first.code()).as(first.err()).isZero();
    Path file = folder.resolve("run/result.json");
    ObjectNode wanted = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    Files.delete(file);
    CommandLineRun again = CommandLineRun.of(command);
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out()).contains("resumed at step");
    ObjectNode found = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    found.remove("seconds");
    wanted.remove("seconds");
    assertThat(found).isEqualTo(wanted);
    assertThat(found.path("metrics").path("test").path("confusion").size()).isEqualTo(3);
  }
}

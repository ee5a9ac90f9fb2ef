package dev.lockstep.train.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The result file before there is a result. */
final class ResultFileTest {
  private static final Configuration HADOOP = new Configuration();
  private static final ObjectNode RUNNING = Json.object().put("status", "running");

  @TempDir Path folder;

  @Test
  void theResultOfAnEarlierAttemptGoesWhenThisOneBegins() throws IOException {
    Path file = folder.resolve("result.json");
    ResultFile.write(file.toString(), Json.object().put("exit_code", 0), HADOOP);
    ResultFile.begin(file.toString(), RUNNING, HADOOP);
    assertThat(file).content().contains("running").doesNotContain("exit_code");
    Path absent = folder.resolve("deep/result.json");
    ResultFile.begin(absent.toString(), RUNNING, HADOOP);
    assertThat(absent).doesNotExist();
  }

  @Test
  void whatARunIsKnownByStays() throws IOException {
    Path file = Files.writeString(folder.resolve("result.json"), "{\"exit_code\": 0}");
    Files.writeString(folder.resolve("run.json"), "{}");
    ResultFile.begin(file.toString(), RUNNING, HADOOP);
    assertThat(file).hasContent("{\"exit_code\": 0}");
    Path beside = Files.writeString(folder.resolve("other.json"), "{\"exit_code\": 0}");
    ResultFile.begin(beside.toString(), RUNNING, HADOOP);
    assertThat(beside).content().contains("running");
  }

  @Test
  void aRunStaysFinishedThoughAnotherCommandFails() throws IOException {
    String finished = "{\"status\": \"finished\", \"exit_code\": 0}";
    Path file = Files.writeString(folder.resolve("result.json"), finished);
    ObjectNode failed = Json.object().put("status", "failed");
    Path run = Files.writeString(folder.resolve("run.json"), "{}");
    ResultFile.writeUnfinished(file.toString(), failed, HADOOP);
    assertThat(file).hasContent(finished);
    Files.delete(run);
    ResultFile.writeUnfinished(file.toString(), failed, HADOOP);
    assertThat(file).content().contains("failed");
  }

  @Test
  void whoIsRefusedWritesOverNothingButItsOwn() throws IOException {
    ObjectNode refused = Json.object().put("status", "failed").put("exit_code", 73);
    Path file = folder.resolve("result.json");
    ResultFile.writeRefused(file.toString(), refused, RUNNING, Optional.empty(), HADOOP);
    assertThat(file).as("none was there").content().contains("73");
    ResultFile.begin(file.toString(), RUNNING, HADOOP);
    ResultFile.writeRefused(file.toString(), refused, RUNNING, Optional.empty(), HADOOP);
    assertThat(file).as("its own").content().contains("73");
    ObjectNode first = Json.object().put("status", "running").put("started", "before");
    ResultFile.write(file.toString(), first, HADOOP);
    Optional<byte[]> begun = ResultFile.begin(file.toString(), RUNNING, HADOOP);
    ResultFile.writeRefused(file.toString(), refused, RUNNING, begun, HADOOP);
    assertThat(file).as("of who is at work").hasBinaryContent(Json.bytes(first));
    ObjectNode other = Json.object().put("status", "runnin!");
    for (ObjectNode winner : new ObjectNode[] {Json.object().put("exit_code", 0), other}) {
      ResultFile.write(file.toString(), winner, HADOOP);
      ResultFile.writeRefused(file.toString(), refused, RUNNING, Optional.empty(), HADOOP);
      assertThat(file).hasBinaryContent(Json.bytes(winner));
    }
    Files.delete(file);
    Files.writeString(folder.resolve("run.json"), "{}");
    ResultFile.writeRefused(file.toString(), refused, RUNNING, Optional.empty(), HADOOP);
    assertThat(file).as("the winner is known by it").doesNotExist();
  }

  @Test
  void aPathThatGoesBackIsTheFileItEndsAt() {
    Path file = folder.resolve("scores");
    String uri = folder.resolve("scores/sub") + "/..";
    for (int attempt = 0; attempt < 2; attempt++) {
      ResultFile.begin(uri, RUNNING, HADOOP);
      ResultFile.write(uri, Json.object().put("exit_code", 0), HADOOP);
      assertThat(file).content().contains("exit_code");
    }
  }

  @Test
  void aDirectoryIsRefused() throws IOException {
    for (String name : new String[] {"empty", "full"}) {
      Path directory = Files.createDirectory(folder.resolve(name));
      if (name.equals("full")) {
        Files.createFile(directory.resolve("a"));
      }
      assertThatThrownBy(() -> ResultFile.begin(directory.toString(), RUNNING, HADOOP))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(directory + ": is a directory, must be a file");
      assertThat(directory).isDirectory();
    }
  }
}

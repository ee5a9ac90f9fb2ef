package dev.lockstep.app;

import static dev.lockstep.app.SmallTable.lockstep;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code report.html} beside what a training leaves. */
class ReportIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private static JsonNode data(Path page) throws IOException {
    String text = Files.readString(page);
    String start = "id=\"data\">";
    int from = text.indexOf(start) + start.length();
    return JSON.readTree(text.substring(from, text.indexOf("</script>", from)));
  }

  @Test
  void aFinishedTrainingHasAPageThatInspectWritesAgain() throws IOException {
    CommandLineRun trained = SmallTable.train(folder);
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.out()).containsPattern("report: .*/run/report.html");
    JsonNode data = data(folder.resolve("run/report.html"));
    assertThat(data.path("status").asText()).isEqualTo("finished");
    assertThat(data.path("result").path("classes").toString()).isEqualTo("[\"no\",\"yes\"]");
    JsonNode confusion = data.path("result").path("metrics").path("train").path("confusion");
    long sum =
        confusion.valueStream().flatMap(JsonNode::valueStream).mapToLong(JsonNode::asLong).sum();
    assertThat(data.path("rows").path("train").asLong()).isEqualTo(sum).isPositive();
    assertThat(data.path("input").path("first").get(0).path("path").asText()).contains("table.csv");
    assertThat(data.path("curves").path("validation").path("auc_binned").path("y")).isNotEmpty();
    assertThat(data.path("seconds").path("train").asDouble()).isPositive();
    Path again = folder.resolve("again.html");
    CommandLineRun inspected =
        lockstep("inspect", folder.resolve("run").toString(), "--report", again.toString());
    assertThat(inspected.code()).as(inspected.err()).isZero();
    assertThat(data(again).path("result")).isEqualTo(data.path("result"));
    assertThat(data(again).path("curves")).isEqualTo(data.path("curves"));
  }

  @Test
  void aPageThatCannotBeWrittenIsAWarningAndNoFailure() throws IOException {
    Files.createDirectories(folder.resolve("run/report.html/in-the-way"));
    CommandLineRun trained = SmallTable.train(folder);
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(trained.out())
        .contains("warning: report.html was not written: ")
        .doesNotContain("report: ");
    assertThat(folder.resolve("run/result.json")).exists();
  }

  @Test
  void aDivergedTrainingHasAPageThatShowsItsLastSteps() throws IOException {
    CommandLineRun trained =
        lockstep(
            "train",
            "conf/line-sgd.conf",
            "--set",
            "optimizer.learning_rate=1e9",
            "--set",
            "output=" + folder.resolve("run"));
    assertThat(trained.code()).as(trained.err()).isEqualTo(80);
    JsonNode data = data(folder.resolve("run/report.html"));
    assertThat(data.path("status").asText()).isEqualTo("diverged");
    assertThat(data.path("reason").asText()).contains("are not finite");
    assertThat(data.path("rows").path("train").asLong()).isPositive();
    assertThat(folder.resolve("run/result.json")).doesNotExist();
  }
}

package dev.lockstep.app;

import static dev.lockstep.app.SmallTable.lockstep;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
  void inspectWritesThePageOfAStudyWithoutItsRunFile() throws IOException {
    String text =
        """
        seed = 7
        data { source { format = synthetic, task = binary, rows = 300, features = 4 } }
        data.split { validation = 0, test = 0.2 }
        model = { kind = logistic }
        train { epochs = 4, batch_size = 50 }
        tune {
          strategy { kind = random }, trials = 6, folds = 2, metric = auc
          space {
            optimizer = [
              { kind = sgd, learning_rate = { log_uniform = [0.001, 0.01] } }
              { kind = sgd, learning_rate = { log_uniform = [0.1, 0.5] } }
              { kind = adam, learning_rate = [0.01, 0.1] }
            ]
            "regularization.l2" = { uniform = [0, 0.1] }
          }
        }
        """;
    Path file = Files.writeString(folder.resolve("study.conf"), text);
    Path run = folder.resolve("study");
    CommandLineRun tuned = lockstep("tune", file.toString(), "--set", "output=" + run);
    assertThat(tuned.code()).as(tuned.text()).isZero();
    JsonNode page = data(run.resolve("report.html"));
    assertThat(page.path("kind").asText()).isEqualTo("study");
    assertThat(page.path("trials")).hasSize(6);
    assertThat(page.path("trials").findValuesAsText("optimizer"))
        .contains("sgd [0]", "sgd [1]", "adam")
        .hasSize(6)
        .isSubsetOf("sgd [0]", "sgd [1]", "adam");
    for (JsonNode trial : page.path("trials")) {
      JsonNode values = trial.path("configuration");
      boolean second = values.path("optimizer").asText().equals("sgd [1]");
      assertThat(values.path("optimizer[1].learning_rate").asDouble(0) >= 0.1).isEqualTo(second);
    }
    Path again = folder.resolve("again.html");
    lockstep("inspect", run.toString(), "--report", again.toString());
    ObjectNode rewritten = ((ObjectNode) data(again)).put("written", "");
    assertThat(rewritten).isEqualTo(((ObjectNode) page).put("written", ""));

    Files.delete(run.resolve("result.json"));
    Files.delete(run.resolve("study/journal/000008.json"));
    CommandLineRun early = lockstep("inspect", run.toString(), "--report", again.toString());
    assertThat(early.code()).as(early.text()).isZero();
    assertThat(early.out()).contains("study: random, 6 of 6 trials, 5 of them ended");
    assertThat(data(again).path("status").asText()).isEqualTo("unfinished");
    assertThat(data(again).path("trials").get(5).path("status").asText()).isEqualTo("running");
  }

  @Test
  void aTrialThatDivergedAfterSomeEpochsHasNoValueOnThePage() throws IOException {
    String text =
        """
        data { source { format = synthetic, task = regression, rows = 300, features = 4 } }
        data.split { validation = 0, test = 0.2 }
        model { kind = linear }
        optimizer { kind = sgd, learning_rate = 0.01 }
        train { epochs = 40, batch_size = 40 }
        tune {
          strategy { kind = manual, configurations = [
            { "optimizer.learning_rate" = 4 }, { "optimizer.learning_rate" = 0.02 }
          ] }
          metric = rmse, folds = 2
        }
        """;
    Path file = Files.writeString(folder.resolve("study.conf"), text);
    Path run = folder.resolve("study");
    CommandLineRun tuned = lockstep("tune", file.toString(), "--set", "output=" + run);
    assertThat(tuned.code()).as(tuned.text()).isZero();
    JsonNode trials = data(run.resolve("report.html")).path("trials");
    assertThat(trials.findValuesAsText("status")).containsExactly("diverged", "finished");
    assertThat(trials.get(0).path("folds").get(0).isNumber()).isTrue();
    assertThat(trials.get(0).path("mean").isNull()).isTrue();
    assertThat(trials.get(1).path("mean").isNumber()).isTrue();
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

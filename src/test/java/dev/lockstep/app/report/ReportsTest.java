package dev.lockstep.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.RunDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the data of the pages says. */
class ReportsTest {
  @TempDir private Path folder;

  private static JsonNode data(byte[] page) throws JsonProcessingException {
    String text = new String(page, StandardCharsets.UTF_8);
    String start = "id=\"data\">";
    int from = text.indexOf(start) + start.length();
    return SampleStudy.JSON.readTree(text.substring(from, text.indexOf("</script>", from)));
  }

  @Test
  void aTrainingSaysWhatItsRunLeft() throws IOException {
    ObjectNode result = SampleStudy.result("");
    result.putObject("rows").put("train", 320).put("test", 40);
    byte[] page = TrainingReport.page(SampleRun.write(folder, 3, ""), result, SampleStudy.WRITTEN);
    JsonNode data = data(page);
    assertThat(data.path("kind").asText()).isEqualTo("training");
    assertThat(data.path("name").asText()).isEqualTo("flowers");
    assertThat(data.path("status").asText()).isEqualTo("finished");
    assertThat(data.path("seed").asText()).isEqualTo("7");
    assertThat(data.path("versions").path("spark").asText()).isEqualTo("4.1.0");
    assertThat(data.path("input").path("bytes").asLong()).isEqualTo(12_345);
    assertThat(data.path("rows").path("train").asLong()).isEqualTo(320);
    assertThat(data.path("result")).isEqualTo(result);
    assertThat(data.path("configuration").path("data").path("label").asText()).isEqualTo("kind");
    JsonNode curves = data.path("curves");
    assertThat(curves.path("steps").path("loss").path("x")).hasSize(150);
    assertThat(curves.path("steps").path("loss").path("x").get(149).asInt()).isEqualTo(1500);
    assertThat(curves.path("epochs").path("loss").path("y").get(1).asDouble())
        .isEqualTo(0.8 + 0.3 / 2);
    assertThat(curves.path("validation").path("accuracy").path("y")).hasSize(3);
    assertThat(curves.path("ends").path("x").toString()).isEqualTo("[500,1500]");
    assertThat(curves.path("ends").path("y").toString()).isEqualTo("[1.0,3.0]");
  }

  @Test
  void equalRunsHaveEqualPages() {
    ObjectNode result = SampleStudy.result("");
    RunDirectory run = SampleRun.write(folder, 30, "");
    byte[] first = TrainingReport.page(run, result, SampleStudy.WRITTEN);
    assertThat(TrainingReport.page(run, result, SampleStudy.WRITTEN)).isEqualTo(first);
  }

  @Test
  void aDirectoryWithoutARunAndATornLineAreRefused() throws IOException {
    ObjectNode result = SampleStudy.JSON.createObjectNode();
    RunDirectory none = RunDirectory.at(folder.resolve("none").toString(), new Configuration());
    assertThatThrownBy(() -> TrainingReport.page(none, result, SampleStudy.WRITTEN))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("holds no run.json");
    RunDirectory torn = SampleRun.write(folder.resolve("torn"), 1, "");
    Files.writeString(
        folder.resolve("torn/metrics/000001.jsonl"), "{\"kind\":\"st", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> TrainingReport.page(torn, result, SampleStudy.WRITTEN))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("000001.jsonl");
  }

  @Test
  void aStudySaysItsTrials() throws IOException {
    JsonNode data = data(SampleStudy.of(30, "").page(SampleStudy.result(""), SampleStudy.WRITTEN));
    assertThat(data.path("kind").asText()).isEqualTo("study");
    assertThat(data.path("trials")).hasSize(30);
    JsonNode failed = data.path("trials").get(22);
    assertThat(failed.path("status").asText()).isEqualTo("diverged");
    assertThat(failed.path("mean").isNull()).isTrue();
    assertThat(failed.path("folds")).isEmpty();
    JsonNode best = data.path("trials").get(data.path("best").asInt() - 1);
    assertThat(best.path("status").asText()).isEqualTo("finished");
    for (JsonNode trial : data.path("trials")) {
      if (!trial.path("status").asText().equals("finished")) {
        continue;
      }
      assertThat(trial.path("mean").asDouble(0)).isLessThanOrEqualTo(best.path("mean").asDouble());
    }
    assertThat(data.path("hyperparameters").get(0).path("logarithmic").asBoolean()).isTrue();
    assertThat(data.path("notes").get(0).asText()).startsWith("Vocabularies");
  }

  @Test
  void secretsOfAConfigurationAndUnfinishedFoldsAreLeftOut() throws IOException {
    Trial trial =
        new Trial(
            1,
            "running",
            "",
            Map.of("data.password", "hunter2", "rate", 0.5, "deep", true),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            new double[] {0.5, Double.NaN},
            0,
            0);
    StudyReport report =
        new StudyReport(
            SampleStudy.facts("one", "a.csv"),
            "manual",
            "rmse",
            false,
            List.of(),
            List.of(trial),
            OptionalInt.empty(),
            List.of());
    JsonNode data = data(report.page(SampleStudy.JSON.createObjectNode(), SampleStudy.WRITTEN));
    assertThat(data.toString()).doesNotContain("hunter2");
    assertThat(data.path("trials").get(0).path("folds").toString()).isEqualTo("[0.5,null]");
    assertThat(data.path("trials").get(0).path("configuration").path("deep").asText())
        .isEqualTo("true");
    assertThat(data.has("best")).isFalse();
  }
}

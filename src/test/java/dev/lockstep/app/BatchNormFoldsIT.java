package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches over networks with batch normalization, whose folds leave single rows of a shard. */
class BatchNormFoldsIT {
  private static final String STUDY =
      """
      seed = 7
      data {
        source { format = csv, path = "%s" }
        label = y, features = [{ columns = [a, b] }]
        split { validation = 0, test = 0 }
        shards = 2
      }
      model { kind = mlp, hidden = [4], norm = batch }
      optimizer { kind = adam }
      train { epochs = 2, batch_size = %s }
      tune {
        strategy { kind = grid }
        space { "optimizer.learning_rate" = [0.01, 0.1] }
        metric = log_loss, %s
      }
      """;

  @TempDir private Path folder;

  private String table(int rows) throws IOException {
    Random random = new Random(3);
    StringBuilder csv = new StringBuilder("a,b,t,y\n");
    for (int i = 0; i < rows; i++) {
      double a = random.nextGaussian();
      csv.append(
          "%.4f,%.4f,%d,%s%n".formatted(a, random.nextGaussian(), i, a > 0 ? "more" : "less"));
    }
    Path file = folder.resolve("table" + rows + ".csv");
    Files.writeString(file, csv);
    return file.toString();
  }

  /** Of the five rows of a shard in a step, a fold often leaves one, and the first times none. */
  @ParameterizedTest
  @ValueSource(strings = {"folds = 3", "folds = 5, fold_by = t"})
  void rowsThatFoldsLeaveAloneEndNoStudyHoweverMembersAreGrouped(String folds) throws IOException {
    StudyFolder studies = new StudyFolder(folder);
    String study = STUDY.formatted(table(300), "10", folds);
    CommandLineRun run = studies.tune("study", study);
    assertThat(run.code()).as(run.text()).isZero();
    assertThat(run.out()).contains("best of 2 trials");
    JsonNode best = studies.result("study").path("best");
    CommandLineRun apart = studies.tune("apart", study.replace("folds =", "together = 1, folds ="));
    assertThat(apart.code()).as(apart.text()).isZero();
    assertThat(studies.result("apart").path("best")).isEqualTo(best);
    assertThat(studies.result("apart").path("parameters_sha256"))
        .isEqualTo(studies.result("study").path("parameters_sha256"));
  }

  @Test
  void batchesThatAreTooSmallByTheRunFileAreStillRefused() throws IOException {
    String study = STUDY.formatted(table(300), "3", "folds = 3");
    CommandLineRun run = new StudyFolder(folder).tune("small", study);
    assertThat(run.code()).as(run.text()).isEqualTo(78);
    assertThat(run.text())
        .contains("leaves some of the 2 shards fewer than the 2 rows of a step that batch");
  }
}

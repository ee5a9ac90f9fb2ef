package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a table whose label is of two categories together, no order of which tells it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CategoryEmbeddingIT {
  private static final int ROWS = 600;

  @TempDir private static Path folder;

  @BeforeAll
  void write() throws IOException {
    Files.writeString(folder.resolve("table.csv"), table(9));
    Files.writeString(folder.resolve("other.csv"), table(12));
    Files.writeString(
        folder.resolve("run.conf"),
        """
        data {
          source { format = csv, path = "%1$s/table.csv" }
          label = even
          features = [
            { columns = age, encode = standardize }
            { columns = [town, trade], encode = index }
          ]
          shards = 4
        }
        model { kind = mlp, embed = 3, hidden = [16] }
        optimizer { kind = adam, learning_rate = 0.02 }
        train { epochs = 30, batch_size = 64 }
        """
            .formatted(folder));
  }

  /** Towns and trades of so many names; the label is whether their numbers are odd together. */
  private static String table(int names) {
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder("town,age,trade,even\n");
    for (int i = 0; i < ROWS; i++) {
      int town = random.nextInt(names);
      int trade = random.nextInt(5);
      String even = (town + trade) % 2 == 0 ? "yes" : "no";
      csv.append("t%d,%d,w%d,%s\n".formatted(town, 20 + random.nextInt(50), trade, even));
    }
    return csv.toString();
  }

  private static CommandLineRun lockstep(String command, String master, String... more) {
    return CommandLineRun.of(command, folder.resolve("run.conf"), master, more);
  }

  private static JsonNode result(String name) throws IOException {
    return CommandLineRun.result(folder.resolve(name));
  }

  @Test
  void vectorsOfCategoriesAreLearntSavedAndUsed() throws IOException {
    String one = "output=" + folder.resolve("one");
    CommandLineRun trained = lockstep("train", "local[1]", "--set", one);
    assertThat(trained.code()).as(trained.err()).isZero();
    JsonNode test = result("one").path("metrics").path("test");
    assertThat(test.path("accuracy").asDouble()).isGreaterThan(0.9);
    String three = "output=" + folder.resolve("three");
    String[] jobs = {"--set", three, "--set", "engine.kind=job"};
    assertThat(lockstep("train", "local[3]", jobs).code()).isZero();
    assertThat(result("three").path("parameters_sha256"))
        .isEqualTo(result("one").path("parameters_sha256"));
    String other = "data.source.path=" + folder.resolve("other.csv");
    Path predictions = folder.resolve("predictions");
    CommandLineRun predicted =
        lockstep(
            "predict",
            "local[2]",
            "--set",
            one,
            "--set",
            other,
            "--keep",
            "town",
            "--output",
            predictions.toString());
    assertThat(predicted.code()).as(predicted.err()).isZero();
    assertThat(SmallTable.lines(predictions)).anyMatch(row -> row.startsWith("t11,"));
  }

  @Test
  void columnsThatHaveNoVectorsAreTold() {
    CommandLineRun other = lockstep("check", "local[2]", "--set", "model.embed={ city = 2 }");
    assertThat(other.code()).as(other.err()).isEqualTo(78);
    assertThat(other.last())
        .endsWith("has vectors of city, but the columns encoded by index are town, trade");
    CommandLineRun none =
        lockstep(
            "check", "local[2]", "--set", "data.features=[{ columns = \"*\", encode = one_hot }]");
    assertThat(none.code()).as(none.err()).isEqualTo(78);
    assertThat(none.last()).contains("takes numbers of categories, is given [64] without any");
  }
}

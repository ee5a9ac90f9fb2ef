package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The nightly DAG's commands, run for real as Airflow would, on a standalone cluster. */
final class AirflowIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int ROWS = 600;

  @TempDir static Path root;
  private static StandaloneCluster cluster;
  private static Airflow airflow;

  @BeforeAll
  static void prepare() throws IOException {
    airflow = Airflow.at(root);
    cluster = StandaloneCluster.start(root.resolve("cluster"), 2, 2, "3g");
    Files.createDirectories(root.resolve("results"));
    Files.copy(Launcher.JAR, root.resolve("lockstep.jar"));
    Files.writeString(
        root.resolve("nightly.conf"),
        """
        seed = 7
        data { source { format = csv, path = "set by the DAG", header = true }, label = late }
        model { kind = logistic }
        optimizer { kind = adam, learning_rate = 0.05 }
        train { batch_size = 64, epochs = 3 }
        """);
    rows("data/2026-01-01", 1);
    rows("data/2026-01-02", 1);
    rows("holdout", 2);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void aNightInClientModeTrainsEvaluatesAndPromotesAndItsRerunDoesNothing() throws IOException {
    submit("train", "2026-01-01", "client");
    JsonNode trained = result("2026-01-01-train");
    assertThat(trained.get("exit_code").asInt()).isZero();
    FileTime written = modelTime("2026-01-01");

    submit("train", "2026-01-01", "client");
    assertThat(modelTime("2026-01-01")).isEqualTo(written);
    assertThat(result("2026-01-01-train").get("parameters_sha256"))
        .isEqualTo(trained.get("parameters_sha256"));

    submit("evaluate", "2026-01-01", "client");
    Child.Outcome promoted = airflow.call("promote", "2026-01-01");
    assertThat(promoted.lastLine()).as(promoted.text()).isEqualTo("True");
    assertThat(Files.readString(root.resolve("current.json"))).contains("runs/2026-01-01/model");
  }

  @Test
  void clusterModeTellsItsExitCodeByTheResultFile() throws IOException {
    submit("train", "2026-01-02", "cluster");
    assertThat(awaitResult("2026-01-02-train").get("exit_code").asInt()).isZero();
    assertThat(awaitResult("2026-01-02-train").get("parameters_sha256").asText()).isNotBlank();

    submit("train", "2026-01-03", "cluster");
    assertThat(awaitResult("2026-01-03-train").get("exit_code").asInt()).isEqualTo(66);
  }

  private static void submit(String task, String day, String deployMode) {
    String master = deployMode.equals("cluster") ? cluster.rest() : cluster.master();
    Child.Outcome outcome =
        Child.start(
                root,
                Map.of("SPARK_LOCAL_IP", "127.0.0.1"),
                airflow.argv(task, day, master, deployMode))
            .await(LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
  }

  private static JsonNode awaitResult(String name) throws IOException {
    Path file = root.resolve("results/" + name + ".json");
    Await.until(file + " exists", LIMIT, () -> Files.exists(file));
    return result(name);
  }

  private static JsonNode result(String name) throws IOException {
    return new ObjectMapper().readTree(root.resolve("results/" + name + ".json").toFile());
  }

  private static FileTime modelTime(String day) throws IOException {
    return Files.getLastModifiedTime(root.resolve("runs/" + day + "/model/model.safetensors"));
  }

  private static void rows(String folder, long seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder csv = new StringBuilder("wind,rain,carrier,late\n");
    for (int i = 0; i < ROWS; i++) {
      double wind = random.nextGaussian();
      double rain = random.nextGaussian();
      int late = wind + 2 * rain + random.nextGaussian() > 0 ? 1 : 0;
      csv.append(wind).append(',').append(rain).append(',');
      csv.append(i % 3 == 0 ? "north" : "south").append(',').append(late).append('\n');
    }
    Files.createDirectories(root.resolve(folder));
    Files.writeString(root.resolve(folder + "/rows.csv"), csv);
  }
}

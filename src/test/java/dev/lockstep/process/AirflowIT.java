package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.app.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
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
  private static String undisturbed;

  @BeforeAll
  static void prepare() throws IOException {
    airflow = Airflow.at(root);
    cluster = StandaloneCluster.start(root.resolve("cluster"), 1, 2, "3g");
    Files.createDirectories(root.resolve("results"));
    Files.copy(Launcher.JAR, root.resolve("lockstep.jar"));
    Files.writeString(
        root.resolve("nightly.conf"),
        """
        seed = 7
        data { source { format = csv, path = "set by the DAG", header = true }, label = late }
        model { kind = logistic }
        optimizer { kind = adam, learning_rate = 0.05 }
        train { batch_size = 32, epochs = 6 }
        checkpoint { every_steps = 1 }
        """);
    rows("data/2026-01-01", 1);
    rows("data/2026-01-02", 1);
    rows("holdout", 2);
    undisturbed = trainHere();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void aKilledNightInClientModeIsRetriedToTheSameBitsAndItsRerunDoesNothing() throws IOException {
    String day = "2026-01-01";
    long committed = killInMidRun(day);
    Child.Outcome retried = submit("train", day, "client");
    assertThat(retried.text()).contains("resumed at step " + committed);
    JsonNode trained = result(day + "-train");
    assertThat(trained.get("exit_code").asInt()).isZero();
    assertThat(trained.get("parameters_sha256").asText()).isEqualTo(undisturbed);
    FileTime written = modelTime(day);

    submit("train", day, "client");
    assertThat(modelTime(day)).isEqualTo(written);
    assertThat(result(day + "-train").get("parameters_sha256"))
        .isEqualTo(trained.get("parameters_sha256"));

    submit("evaluate", day, "client");
    submit("champion", day, "client");
    Child.Outcome promoted = airflow.call("promote", day);
    assertThat(promoted.lastLine()).as(promoted.text()).isEqualTo("True");
    assertThat(Files.readString(root.resolve("current.json"))).contains("runs/2026-01-01/model");
  }

  @Test
  void clusterModeTrainsTheSameBitsAndTellsItsExitCodeByTheResultFile() throws IOException {
    submit("train", "2026-01-02", "cluster");
    JsonNode trained = awaitResult("2026-01-02-train");
    assertThat(trained.get("exit_code").asInt()).isZero();
    assertThat(trained.get("parameters_sha256").asText()).isEqualTo(undisturbed);

    submit("train", "2026-01-03", "cluster");
    assertThat(awaitResult("2026-01-03-train").get("exit_code").asInt()).isEqualTo(66);
  }

  /** Starts the day's training, kills it as the operator does, and returns the step it got to. */
  private static long killInMidRun(String day) throws IOException {
    Path run = root.resolve("runs").resolve(day);
    String earlier = "{\"status\": \"finished\", \"exit_code\": 0}";
    Files.writeString(root.resolve("results/" + day + "-train.json"), earlier);
    try (Child child = start("train", day, "client")) {
      Run.await("checkpoint", child, () -> Run.committedStep(run) >= 3);
      child.kill();
      assertThat(child.await(LIMIT).exitCode()).isEqualTo(137);
    }
    JsonNode left = result(day + "-train");
    assertThat(left.get("status").asText()).isEqualTo("running");
    assertThat(left.has("exit_code")).isFalse();
    return Run.committedStep(run);
  }

  private static Child start(String task, String day, String deployMode) {
    String master = deployMode.equals("cluster") ? cluster.rest() : cluster.master();
    Map<String, String> env = new HashMap<>(Thrift.ENV);
    env.put("SPARK_LOCAL_IP", "127.0.0.1");
    return Child.start(root, env, airflow.argv(task, day, master, deployMode));
  }

  private static Child.Outcome submit(String task, String day, String deployMode) {
    Child.Outcome outcome = start(task, day, deployMode).await(LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    return outcome;
  }

  /** The parameters of a night that nothing disturbs, trained in this JVM. */
  private static String trainHere() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "train",
            root.resolve("nightly.conf").toString(),
            "--master",
            "local[2]",
            "--set",
            "data.source.path=" + root.resolve("data/2026-01-02"),
            "--set",
            "output=" + root.resolve("undisturbed"),
            "--result-file",
            root.resolve("results/undisturbed.json").toString());
    assertThat(run.code()).as(run.text()).isZero();
    return result("undisturbed").get("parameters_sha256").asText();
  }

  private static JsonNode awaitResult(String name) throws IOException {
    Path file = root.resolve("results/" + name + ".json");
    Await.until(
        file + " has an exit code",
        LIMIT,
        () -> Files.exists(file) && contentOf(file.toFile()).contains("exit_code"));
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

package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gang's stage runs as long as the training: Spark's pages show that it moves. */
final class StagePageIT {
  private static final String ENDLESS =
      Run.GANG
          .replace("epochs = 4", "epochs = 1000000")
          .replace("every_steps = 8", "every_epochs = 1000000");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"local[2]", "local-cluster[2,1,1024]"})
  void stepAndLossOfARunningGangAreAmongTheAccumulatorsOfItsStage(String master) {
    Run run = Run.in(folder, ENDLESS);
    String port = StandaloneCluster.freePort();
    String[] settings =
        StandaloneCluster.options(Map.of("spark.ui.enabled", "true", "spark.ui.port", port));
    try (Child child = run.start(master, settings)) {
      String api = "http://127.0.0.1:" + port + "/api/v1/applications";
      Run.await("page", child, () -> get(api).size() == 1);
      String application = api + "/" + get(api).get(0).path("id").asText();
      Run.await("step", child, () -> number(application, "step") > 0);
      double first = number(application, "step");
      Run.await("higher step", child, () -> number(application, "step") > first);
      assertThat(number(application, "loss")).isBetween(0.0, Math.log(2));
      Run.await("rate", child, () -> number(application, "rows per second") > 0);
      String job = get(application + "/jobs?status=running").get(0).path("description").asText();
      assertThat(job).contains("run").contains("a gang from step 0 on");
    }
  }

  private static double number(String application, String name) {
    return accumulators(application).getOrDefault(name, Double.NaN);
  }

  /** Of the stage that runs, by name. */
  private static Map<String, Double> accumulators(String application) {
    Map<String, Double> found = new HashMap<>();
    for (JsonNode stage : get(application + "/stages?status=active")) {
      for (JsonNode each : stage.path("accumulatorUpdates")) {
        found.put(each.path("name").asText(), each.path("value").asDouble());
      }
    }
    return found;
  }

  /** What an address answers; an empty array while it does not. */
  private static JsonNode get(String address) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address)).timeout(PATIENCE).build();
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
      return answer.statusCode() == 200 ? JSON.readTree(answer.body()) : JSON.createArrayNode();
    } catch (ConnectException | HttpTimeoutException | JsonProcessingException e) {
      // Not up yet; while Spark starts it answers in words.
      return JSON.createArrayNode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a study tells of itself is true, and holds no secret. */
class StudyTruthIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String BASE =
      """
      name = study
      seed = 7
      data {
        source { format = synthetic, task = binary, rows = 600, features = 6, noise = 0.3 }
        split { validation = 0, test = 0.2 }
      }
      model = { kind = logistic }
      optimizer = { kind = adam, learning_rate = 0.05 }
      train { epochs = 6, batch_size = 50 }
      """;

  @TempDir private Path folder;

  @Test
  void secretsOfTriedValuesAreNowhereToBeSeenAndTheStudyGoesOnWithThem() throws IOException {
    String space = "";
    for (int i = 0; i < 2; i++) {
      String first = "first" + i;
      String settings = "seed = 7, train.epochs = " + (1 + 9 * i) + "\n";
      assertThat(
              CommandLineRun.of(
                      "train",
                      studies().write(first, BASE + settings),
                      "--set",
                      "output=" + folder.resolve(first))
                  .code())
          .isZero();
      space +=
          "\"file://nightly:hunter%d@localhost%s/model\"\n".formatted(i, folder.resolve(first));
    }
    String text =
        """
        tune {
          strategy { kind = grid }
          space { init = [%s], "train.epochs" = [1, 2] }
          metric = log_loss, folds = 2
        }
        """
            .formatted(space);
    CommandLineRun whole = tune("secret", text);
    assertThat(whole.code()).as(whole.text()).isZero();
    assertThat(whole.text()).doesNotContain("hunter").contains("<redacted>@localhost");
    assertThat(studies().result("secret").path("best").path("configuration").path("init").asText())
        .contains("<redacted>@localhost", "first1");
    try (Stream<Path> files = Files.walk(folder.resolve("secret"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain("hunter");
      }
    }
    interrupted("secret", "cut");
    CommandLineRun rest = tune("cut", text.replace("hunter", "rotated"));
    assertThat(rest.code()).as(rest.text()).isZero();
    assertThat(studies().result("cut").path("best"))
        .isEqualTo(studies().result("secret").path("best"));
    assertThat(studies().result("cut").path("parameters_sha256"))
        .isEqualTo(studies().result("secret").path("parameters_sha256"));
  }

  /** A study as one was left that was killed in its first wave. */
  private void interrupted(String whole, String cut) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(whole))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String kept = folder.resolve(whole).relativize(file).toString();
        if (kept.matches("run.json|init/.*|study/journal/00000[12].json")) {
          Files.createDirectories(folder.resolve(cut).resolve(kept).getParent());
          Files.copy(file, folder.resolve(cut).resolve(kept));
        }
      }
    }
  }

  @Test
  void aModelThatIsNotTheBestTrialsIsNeverShownAsIts() throws IOException {
    String grid =
        """
        tune {
          strategy { kind = grid }
          space { "optimizer.learning_rate" = [0.001, 0.1, 0.0001] }
          metric = log_loss, folds = 2, trials = %d
        }
        """;
    assertThat(tune("stale", grid.formatted(1)).code()).isZero();
    String first = studies().result("stale").path("parameters_sha256").asText();
    assertThat(studies().result("stale").path("study").path("model_trial").asInt()).isZero();

    CommandLineRun searched = studies().tune("stale", BASE + grid.formatted(2), "--no-refit");
    assertThat(searched.code()).as(searched.text()).isZero();
    assertThat(searched.out())
        .contains(
            "warning: The model of this run is that of trial 0, not of the best one, trial 1");
    JsonNode stale = studies().result("stale");
    assertThat(stale.path("best").path("trial").asInt()).isEqualTo(1);
    assertThat(stale.path("study").path("refit").asBoolean()).isFalse();
    assertThat(stale.path("study").path("model_trial").asInt()).isZero();
    assertThat(stale.has("metrics") || stale.has("parameters_sha256")).isFalse();
    CommandLineRun inspected = inspect("stale");
    assertThat(inspected.out())
        .contains("study: grid, 2 of 2 trials, 2 of them ended", "best: trial 1, log_loss")
        .contains("model: that of trial 0, which is not the best one");

    assertThat(tune("stale", grid.formatted(2)).code()).isZero();
    JsonNode trained = studies().result("stale");
    assertThat(trained.path("parameters_sha256").asText()).isNotEmpty().isNotEqualTo(first);

    CommandLineRun same = studies().tune("stale", BASE + grid.formatted(3), "--no-refit");
    assertThat(same.code()).as(same.text()).isZero();
    assertThat(same.out()).doesNotContain("The model of this run");
    assertThat(studies().result("stale").path("study").path("trials").asInt()).isEqualTo(3);
    assertThat(studies().result("stale").path("study").path("refit").asBoolean()).isTrue();
    assertThat(studies().result("stale").path("metrics")).isEqualTo(trained.path("metrics"));
    assertThat(studies().result("stale").path("parameters_sha256"))
        .isEqualTo(trained.path("parameters_sha256"));
    assertThat(inspect("stale").out()).containsPattern("model: that of trial 1\\R");
    assertThat(tune("stale", grid.formatted(3)).out()).contains("already finished");
  }

  private CommandLineRun inspect(String name, String... more) {
    List<String> args = new ArrayList<>(List.of("inspect", folder.resolve(name).toString()));
    args.addAll(List.of(more));
    CommandLineRun run = CommandLineRun.of(args.toArray(String[]::new));
    assertThat(run.code()).as(run.text()).isZero();
    return run;
  }

  private StudyFolder studies() {
    return new StudyFolder(folder);
  }

  private CommandLineRun tune(String name, String tune) throws IOException {
    return studies().tune(name, BASE + tune);
  }
}

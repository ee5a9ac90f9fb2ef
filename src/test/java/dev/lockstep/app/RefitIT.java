package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.train.store.CommitStore;
import dev.lockstep.train.store.CommitStores;
import dev.lockstep.train.store.CommittedDirectory;
import dev.lockstep.train.store.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The training that ends a study: the trial's own schedule, cut where its folds were best. */
class RefitIT {
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
      optimizer = { kind = adam, learning_rate = 0.3 }
      schedule = { kind = cosine }
      """;

  private static final String STUDY =
      """
      tune {
        strategy { kind = grid }
        space { "optimizer.learning_rate" = [0.3, 0.4] }
        metric = log_loss, folds = 3
      }
      """;

  @TempDir private Path folder;

  /** Steps: six epochs of twelve batches, and seven steps of another one. */
  @ParameterizedTest
  @ValueSource(strings = {"epochs = 8", "steps = 79"})
  void aRefitIsATrainingOfTheWholeScheduleThatIsCut(String length) throws IOException {
    String train = "train { batch_size = 40, %s%s }\n";
    String early = ", early_stopping { metric = log_loss, patience = 2, restore_best = true }";
    run("tune", "study", BASE + train.formatted(length, early) + STUDY);
    JsonNode study = result("study");
    JsonNode rate = study.path("best").path("configuration").path("optimizer.learning_rate");
    int epochs = study.path("epochs").asInt();
    assertThat(epochs).isBetween(1, 6);

    String keep = "checkpoint { every_epochs = 1, keep = 100 }\n";
    String whole = BASE + train.formatted(length, "") + keep;
    run("train", "whole", whole, "--set", "optimizer.learning_rate=" + rate.asText());
    assertThat(result("whole").path("epochs").asInt()).isGreaterThan(epochs);
    assertThat(sha(folder.resolve("whole"), 12 * epochs))
        .isEqualTo(study.path("parameters_sha256").asText());
  }

  @Test
  void aRefitAfterHalvingHasTheEpochsThatTheStrategyGives() throws IOException {
    String halving =
        """
        train { batch_size = 40, epochs = 20 }
        tune {
          strategy { kind = halving, min_epochs = 1, max_epochs = 4, eta = 2 }
          space { "optimizer.learning_rate" = { log_uniform = [1e-3, 0.3] } }
          metric = log_loss, folds = 2
        }
        """;
    run("tune", "halving", BASE + halving);
    JsonNode rate =
        result("halving").path("best").path("configuration").path("optimizer.learning_rate");
    String plain = BASE + "train { batch_size = 40, epochs = 4 }\n";
    run("train", "plain", plain, "--set", "optimizer.learning_rate=" + rate.asText());
    assertThat(result("halving").path("parameters_sha256"))
        .isEqualTo(result("plain").path("parameters_sha256"));
  }

  private void run(String command, String name, String text, String... more) throws IOException {
    Path file = Files.writeString(folder.resolve(name + ".conf"), text);
    List<String> args = new ArrayList<>(List.of(command, file.toString(), "--master", "local[2]"));
    args.addAll(List.of("--set", "output=" + folder.resolve(name)));
    args.addAll(List.of(more));
    CommandLineRun run = CommandLineRun.of(args.toArray(String[]::new));
    assertThat(run.code()).as(run.text()).isZero();
  }

  private JsonNode result(String name) throws IOException {
    return JSON.readTree(folder.resolve(name).resolve("result.json").toFile());
  }

  /** Of the parameters of a training after so many steps. */
  private static String sha(Path output, long step) {
    CommitStore store = CommitStores.open(output.toString(), LockstepSession.hadoopConfiguration());
    String name = "checkpoints/step-%09d-000001".formatted(step);
    return Sha256.of(
        CommittedDirectory.read(store, name)
            .orElseThrow()
            .tensors()
            .get("member.0.params")
            .floats());
  }
}

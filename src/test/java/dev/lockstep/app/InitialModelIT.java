package dev.lockstep.app;

import static dev.lockstep.app.SmallTable.lockstep;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Runs that start from the model of another, which is there, or is not, or no longer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InitialModelIT {
  private static final String[] ADAM = {
    "optimizer={kind=adam,learning_rate=0.05}",
    "train={epochs=4,batch_size=100}",
    "checkpoint.every_steps=5"
  };

  @TempDir private static Path folder;

  private String conf;

  @BeforeAll
  void write() throws IOException {
    conf = SmallTable.write(folder).toString();
  }

  private CommandLineRun run(String command, String output, String... settings) {
    List<String> words = new ArrayList<>(List.of(command, conf));
    for (String[] all : new String[][] {ADAM, {"output=" + folder.resolve(output)}, settings}) {
      for (String setting : all) {
        words.addAll(List.of("--set", setting));
      }
    }
    return lockstep(words.toArray(String[]::new));
  }

  @Test
  void aModelThatIsNotThereIsToldBeforeAnyRowIsRead() {
    String init = "init=" + folder.resolve("nowhere/model");
    String tune =
        "tune={strategy={kind=grid},metric=log_loss,folds=2,space={\"regularization.l2\"=[1e-3]}}";
    for (String command : List.of("train", "check", "tune")) {
      CommandLineRun run = run(command, "early", init, tune, "data.source.path=/none.csv");
      assertThat(run.code()).as(run.text()).isEqualTo(66);
      assertThat(run.last())
          .contains(
              "there is no trained model in " + folder.resolve("nowhere/model"),
              "train it first, or name another (init)");
      assertThat(folder.resolve("early/run.json")).doesNotExist();
    }
  }

  @Test
  void aRunThatWasInterruptedGoesOnWithoutTheModelThatItStartedFrom() throws IOException {
    assertThat(run("train", "first", "seed=3").code()).isZero();
    CommandLineRun near = run("train", "second", "init=" + folder.resolve("first"));
    assertThat(near.code()).as(near.text()).isEqualTo(66);
    assertThat(near.last()).contains("there is one in " + folder.resolve("first/model"));

    String init = "init=" + folder.resolve("first/model");
    CommandLineRun whole = run("train", "second", init);
    assertThat(whole.code()).as(whole.text()).isZero();
    JsonNode wanted = CommandLineRun.result(folder.resolve("second"));
    Path newest = newest(folder.resolve("second/checkpoints"));
    for (String gone : List.of("first", "second/model", "second/result.json")) {
      delete(folder.resolve(gone));
    }
    delete(newest);
    CommandLineRun rest = run("train", "second", init);
    assertThat(rest.code()).as(rest.text()).isZero();
    assertThat(rest.out()).contains("resumed at step ");
    assertThat(CommandLineRun.result(folder.resolve("second")).path("parameters_sha256"))
        .isEqualTo(wanted.path("parameters_sha256"));

    assertThat(run("train", "second", init).out()).contains("already finished");
  }

  private static Path newest(Path checkpoints) throws IOException {
    try (Stream<Path> all = Files.list(checkpoints)) {
      return all.max(Comparator.comparing(Path::toString)).orElseThrow();
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}

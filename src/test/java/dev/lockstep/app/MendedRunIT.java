package dev.lockstep.app;

import static dev.lockstep.app.SmallTable.lockstep;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that was refused before its first step is run again, in the same output, once mended. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MendedRunIT {
  private static final String STUDY =
      """
      tune {
        strategy { kind = grid }
        space { "regularization.l2" = [1e-3, 1e-2] }
        metric = log_loss, folds = 2
      }
      """;

  @TempDir private static Path folder;

  private static Path write(String name, String x, String more) throws IOException {
    StringBuilder csv = new StringBuilder("x,y\n");
    for (int i = 0; i < 90; i++) {
      csv.append(i == 20 ? x : i % 7 + "e-20").append(',').append("abc".charAt(i % 3)).append('\n');
    }
    Files.writeString(folder.resolve(name + ".csv"), csv);
    return Files.writeString(
        folder.resolve(name + ".conf"),
        """
        data {
          source { format = csv, path = "%1$s/%2$s.csv" }
          label = y, shards = 2, split { validation = "x > 1", test = 0 }
        }
        model { kind = softmax }
        optimizer { kind = lbfgs }
        train { epochs = 3 }
        output = "%1$s/%2$s"
        """
                .formatted(folder, name)
            + more);
  }

  private static void refused(String name, CommandLineRun run, int code, String sentence) {
    assertThat(run.code()).as(run.text()).isEqualTo(code);
    assertThat(run.err()).contains(sentence);
    assertThat(folder.resolve(name).resolve("run.json")).doesNotExist();
  }

  private static void done(CommandLineRun run) {
    assertThat(run.code()).as(run.text()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "tune"})
  void theModelThatTheLabelsNeedMayBeTakenInPlaceOfAnother(String command) throws IOException {
    String conf = write("labels-" + command, "2", STUDY).toString();
    CommandLineRun wrong = lockstep(command, conf, "--set", "model.kind=logistic");
    refused("labels-" + command, wrong, 65, "use model.kind = softmax");
    done(lockstep(command, conf));
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "tune"})
  void aTableWithAFeatureThatOverflowsMayBeRepaired(String command) throws IOException {
    String name = "rows-" + command;
    String conf = write(name, "1e30", STUDY).toString();
    refused(name, lockstep(command, conf), 65, name + ".csv, line 22: feature x");
    write(name, "2", STUDY);
    done(lockstep(command, conf));
  }

  @Test
  void whatTheDataRefusesOfTheConfigurationMayBeChanged() throws IOException {
    String conf = write("shape", "2", "").toString();
    String network = "model={kind=mlp,hidden=[4]}";
    List<String[]> wrong =
        List.of(
            new String[] {"model={kind=mlp,hidden=[4],freeze=\"9.*\"}", "78", "freeze"},
            new String[] {"data.class_weight={a=0,b=0,c=0}", "65", "nothing can be learnt"},
            new String[] {"data.features=[{columns=[x, absent]}]", "65", "absent"});
    for (String[] one : wrong) {
      CommandLineRun run =
          lockstep(
              "train", conf, "--set", network, "--set", "optimizer={kind=adam}", "--set", one[0]);
      refused("shape", run, Integer.parseInt(one[1]), one[2]);
    }
    done(lockstep("train", conf));
  }

  @Test
  void anotherConfigurationOfARunThatHasBegunIsToldWhereItIsAndTheWayOut() throws IOException {
    String conf = write("begun", "2", "").toString();
    done(lockstep("train", conf));
    Files.delete(folder.resolve("begun/result.json"));
    CommandLineRun changed = lockstep("train", conf, "--set", "seed=12");
    assertThat(changed.code()).isEqualTo(78);
    assertThat(changed.last())
        .contains(
            "seed was 0, is 12, in ",
            folder.resolve("begun") + ": restore it, or give another output or --run-id");
  }

  @Test
  void aStudyOfWhichNothingFinishesTellsTheWayOut() throws IOException {
    String conf = write("study", "2", STUDY).toString();
    CommandLineRun run = lockstep("tune", conf, "--set", "model={kind=mlp,freeze=\"9.*\"}");
    assertThat(run.code()).as(run.text()).isEqualTo(78);
    assertThat(run.last())
        .contains("none of 2 trials finished; the first: ")
        .endsWith("; mend that, and give the study another output or --run-id");
  }

  @Test
  void aStudyThatHasTrainedNeedsItsRecord() throws IOException {
    String conf = write("record", "2", STUDY).toString();
    done(lockstep("tune", conf));
    Files.delete(folder.resolve("record/run.json"));
    for (String result : List.of("there", "gone")) {
      CommandLineRun run = lockstep("tune", conf, "--set", "train.epochs=2");
      assertThat(run.code()).as(result + ": " + run.text()).isEqualTo(76);
      assertThat(run.last())
          .contains("record/run.json: is missing beside study/journal; restore it, or move");
      Files.deleteIfExists(folder.resolve("record/result.json"));
    }
  }
}

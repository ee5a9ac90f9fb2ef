package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code lockstep check} tells of a run file with a study. */
class CheckStudyIT {
  @TempDir private Path folder;

  private CommandLineRun check(String text) throws IOException {
    String file = Files.writeString(folder.resolve("study.conf"), text).toString();
    String output = "output=" + folder.resolve("out");
    return CommandLineRun.of("check", file, "--master", "local[2]", "--set", output);
  }

  @Test
  void thePlanIsThatOfTheStudy() {
    CommandLineRun run =
        CommandLineRun.of(
            "check",
            "conf/search-grid.conf",
            "--master",
            "local[2]",
            "--set",
            "output=" + folder.resolve("out"));
    assertThat(run.code()).as(run.text()).isZero();
    assertThat(run.out())
        .contains(
            "study: grid over 2 hyperparameters, 9 configurations",
            "trials: at most 9, judged by accuracy (higher is better) over 5 folds: at most 45",
            "the first 9 trials are 3 cohorts:",
            "nothing is wrong with the head of the data");
    assertThat(run.out().lines().filter(line -> line.startsWith("  15 members of 3 trials, 101 ")))
        .hasSize(3);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void whatOnlyTheDataShowsIsToldOfEveryObjectOfTheSpace() throws IOException {
    CommandLineRun run =
        check(
            """
            data { source { format = synthetic, task = multiclass, rows = 300, classes = 3 } }
            optimizer { kind = adam }
            train { epochs = 20, early_stopping { metric = log_loss } }
            data { split { validation = 0 } }
            tune {
              strategy { kind = random }
              space { model = [{ kind = softmax }], "train.batch_size" = { int = [20, 60] } }
              metric = top_k_accuracy, trials = 5, max_seconds = 600
            }
            """);
    assertThat(run.code()).as(run.text()).isEqualTo(78);
    assertThat(run.err())
        .contains("tune.metric is top_k_accuracy, which says nothing of 3 classes");
    assertThat(run.out())
        .contains("at most 5, none after 600 s, judged by top_k_accuracy")
        .contains("note: lockstep train would refuse: ");
  }

  @Test
  void aModelWithoutAnInterceptIsToldBeforeItsTrialsFail() throws IOException {
    StringBuilder rows = new StringBuilder("x,y\n");
    for (int i = 0; i < 60; i++) {
      rows.append(i % 7).append(',').append(i % 2).append('\n');
    }
    Path table = Files.writeString(folder.resolve("table.csv"), rows);
    CommandLineRun run =
        check(
            """
            data { source { format = csv, path = "%s" }, label = y }
            optimizer { kind = adam }
            tune {
              strategy { kind = random }, trials = 1, metric = log_loss
              space { model = [{ kind = logistic }, { kind = logistic, intercept = false }] }
            }
            """
                .formatted(table));
    assertThat(run.code()).as(run.text()).isEqualTo(78);
    assertThat(run.err()).contains("tune.encode = shared gives each fold the mean of its own rows");
  }

  @Test
  void trialsOfDifferentSeedsShareACohort() throws IOException {
    CommandLineRun run =
        check(
            """
            data { source { format = synthetic, task = binary, rows = 300 } }
            model { kind = logistic }, optimizer { kind = adam }
            tune { strategy { kind = grid }, space { "train.seed" = [1, 2, 3] }, folds = 2 }
            """);
    assertThat(run.code()).as(run.text()).isZero();
    assertThat(run.out()).contains("the first 3 trials are 1 cohort:", "6 members of 3 trials");
  }

  @Test
  void problemsOfTheStudyAreTold() throws IOException {
    CommandLineRun run =
        check(
            """
            data { source { format = synthetic, task = binary, rows = 300 } }
            model { kind = logistic }, optimizer { kind = adam }
            tune {
              strategy { kind = grid }, space { "train.batch_size" = [0.5, 10] }, metric = rmse
            }
            """);
    assertThat(run.code()).isEqualTo(78);
    assertThat(run.err()).contains("train.batch_size", "tune.metric is rmse");
  }
}

package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Studies whose time is up: they end with what they have, and go on with more. */
class StudyTimeIT {
  private static final String STUDY =
      """
      seed = 7
      data {
        source { format = synthetic, task = binary, rows = 600, features = 6, noise = 0.3 }
        split { validation = 0, test = 0.2 }
      }
      model { kind = logistic }
      optimizer { kind = adam }
      train { epochs = %d, batch_size = 40 }
      tune {
        strategy { kind = grid }
        space { "optimizer.learning_rate" = [0.001, 0.1], "train.batch_size" = [40, 80] }
        metric = log_loss, folds = 3, max_seconds = %s
      }
      """;

  @TempDir private Path folder;

  @Test
  void aStudyWithoutMarksEndsInItsTime() throws IOException {
    StudyFolder studies = new StudyFolder(folder);
    CommandLineRun run = studies.tune("endless", STUDY.formatted(1_000_000, "15"));
    assertThat(run.code()).as(run.text()).isEqualTo(78);
    assertThat(run.out()).contains("trial 0: stopped").contains("tune.max_seconds are over");
    assertThat(run.err()).contains("none of 4 trials had finished when tune.max_seconds were over");
  }

  @Test
  void withMoreTimeItIsAsIfItHadNotEnded() throws IOException {
    StudyFolder studies = new StudyFolder(folder);
    for (String time : new String[] {"1e-9", "1e-9", "0.02", "0.2"}) {
      int code = studies.tune("late", STUDY.formatted(6, time)).code();
      assertThat(code).as("after %s s", time).isIn(0, 78);
    }
    CommandLineRun late = studies.tune("late", STUDY.formatted(6, "1000"));
    assertThat(late.code()).as(late.text()).isZero();
    CommandLineRun whole = studies.tune("whole", STUDY.formatted(6, "1000"));
    assertThat(whole.code()).as(whole.text()).isZero();
    assertThat(studies.result("late").path("best")).isEqualTo(studies.result("whole").path("best"));
    assertThat(studies.result("late").path("parameters_sha256"))
        .isEqualTo(studies.result("whole").path("parameters_sha256"));
    assertThat(folder.resolve("late/study/cohorts")).doesNotExist();
  }
}

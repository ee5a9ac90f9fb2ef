package dev.lockstep.app;

import static dev.lockstep.app.SmallTable.lockstep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.math.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rows the folds of a study hold out: whole groups, or what comes later. */
class FoldChoiceIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROWS = 120;

  @TempDir private Path folder;

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private JsonNode run(String command, String name, String text) throws IOException {
    String output = "output=" + folder.resolve(name);
    CommandLineRun run = lockstep(command, write(name + ".conf", text), "--set", output);
    assertThat(run.code()).as(run.text()).isZero();
    return JSON.readTree(folder.resolve(name).resolve("result.json").toFile());
  }

  /** Groups of equal rows, each with a label of its own that only its name tells. */
  private String groups() throws IOException {
    StringBuilder rows = new StringBuilder("customer,name,y\n");
    for (int i = 0; i < 600; i++) {
      int customer = i % 60;
      int y = RandomKey.of(11).uniform(customer) < 0.5 ? 0 : 1;
      rows.append("%d,c%d,%d%n".formatted(customer, customer, y));
    }
    return """
        seed = 3
        data {
          source { format = csv, path = "%s" }
          label = y, features = [{ columns = [name], encode = one_hot }]
          split { validation = 0, test = 0 }
        }
        model { kind = logistic }, optimizer { kind = lbfgs }, train { epochs = 30 }
        tune {
          strategy { kind = grid }, metric = accuracy, folds = 4, encode = shared
          space { "regularization.l2" = [1e-4, 1e-3] }
        }
        """
        .formatted(write("groups.csv", rows.toString()));
  }

  /** The last group in one class, the others in both, early stopping by a curve. */
  @Test
  void aTrialWithAFoldOfOneClassFailsAndTheStudyGoesOn() throws IOException {
    StringBuilder rows = new StringBuilder("customer,x,y\n");
    for (int i = 0; i < 300; i++) {
      int customer = i % 3;
      int y = customer == 2 || RandomKey.of(12).uniform(i) < 0.5 ? 1 : 0;
      rows.append("%d,%d,%d%n".formatted(customer, i % 7, y));
    }
    String text =
        """
        data {
          source { format = csv, path = "%s" }
          label = y, features = [{ columns = [x] }], group = customer
          split { validation = 0, test = 0 }
        }
        model { kind = logistic }, optimizer { kind = adam }
        train { epochs = 3, batch_size = 50, early_stopping { metric = auc } }
        tune {
          strategy { kind = grid }, metric = log_loss, folds = 3, together = 2
          space { "train.early_stopping.metric" = [auc, log_loss] }
        }
        """
            .formatted(write("oneclass.csv", rows.toString()));
    JsonNode result = run("tune", "oneclass", text);
    assertThat(result.path("best").path("trial").asInt()).isEqualTo(1);
    StringBuilder journal = new StringBuilder();
    try (var files = Files.list(folder.resolve("oneclass/study/journal"))) {
      for (Path file : files.sorted().toList()) {
        journal.append(Files.readString(file));
      }
    }
    assertThat(journal.toString())
        .containsPattern("(?s)\"failed\".*fold \\d: train.early_stopping.metric is auc")
        .contains("rows of one class only");
  }

  @Test
  void groupsStayTogetherInTheFoldsOfAStudy() throws IOException {
    String text = groups();
    JsonNode apart = run("tune", "apart", text);
    assertThat(apart.path("best").path("mean").asDouble()).isGreaterThan(0.99);
    JsonNode together = run("tune", "together", text + "data.group = customer\n");
    assertThat(together.path("best").path("folds")).hasSize(4);
    // Nothing is known of a group that was never seen.
    assertThat(together.path("best").path("mean").asDouble()).isLessThan(0.7);
    CommandLineRun few =
        lockstep(
            "tune",
            write(
                "few.conf",
                text + "data.group = y, output = \"%s\"\n".formatted(folder.resolve("few"))));
    assertThat(few.code()).isEqualTo(65);
    assertThat(few.last())
        .contains("tune.folds is too many for the training rows, or for the groups");
  }

  private String drift(String split, String where) throws IOException {
    StringBuilder rows = new StringBuilder("day,x,y\n");
    for (int i = 0; i < ROWS; i++) {
      int t = i * 77 % ROWS; // in no order
      double x = 100 + 5 * (RandomKey.of(4).uniform(t) - 0.5) + t / 20.0;
      int y = RandomKey.of(5).uniform(t) < 1 / (1 + Math.exp(98 + t / 20.0 - x)) ? 1 : 0;
      rows.append("2024-%02d-%02d,%s,%d%n".formatted(1 + t / 28, 1 + t % 28, x, y));
    }
    return """
        seed = 3
        data {
          source { format = csv, path = "%s" }
          columns { t = "to_date(day)" }
          label = y, features = [{ columns = [x], encode = standardize }]
          split { %s, test = 0 }
          where = "%s"
        }
        model { kind = logistic }
        optimizer { kind = gd, learning_rate = 0.5 }
        train { epochs = 20 }
        """
        .formatted(write("drift.csv", rows.toString()), split, where);
  }

  /** The date of a row in its order, as SQL. */
  private static String date(int t) {
    return "to_date('2024-%02d-%02d')".formatted(1 + t / 28, 1 + t % 28);
  }

  @Test
  void eachFoldIsJudgedByAModelOfTheRowsBeforeIt() throws IOException {
    for (int gap : new int[] {0, 6}) {
      String text =
          drift("validation = 0", "true")
              + """
              tune {
                strategy { kind = manual, configurations = [{ "optimizer.learning_rate" = 0.5 }] }
                metric = log_loss, folds = 3, fold_by = t, gap = %d
              }
              """
                  .formatted(gap);
      JsonNode folds = run("tune", "tuned" + gap, text).path("best").path("folds");
      assertThat(folds).hasSize(3);
      for (int fold = 0; fold < 3; fold++) {
        int start = 30 * (fold + 1);
        String where =
            "t < %s and not (t >= %s and t < %s)"
                .formatted(date(start + 30), date(start - gap), date(start));
        String plain = drift("validation = \"t >= %s\"".formatted(date(start)), where);
        JsonNode result = run("train", "plain" + gap + fold, plain);
        assertThat(result.path("rows").path("validation").asInt()).isEqualTo(30);
        assertThat(result.path("rows").path("train").asInt()).isEqualTo(start - gap);
        double wanted = result.path("metrics").path("validation").path("log_loss").asDouble();
        // The same rows and statistics; sums are in another order, features rounded otherwise.
        assertThat(folds.get(fold).asDouble()).isCloseTo(wanted, within(2e-5));
      }
    }
  }

  @Test
  void whatHasNoOrderOrIsKeptTogetherIsRefused() throws IOException {
    String tune =
        "tune { strategy { kind = grid }, space { \"train.epochs\" = [1, 2] }, fold_by = %s }";
    String base =
        drift("validation = 0", "true") + "output = \"%s\"\n".formatted(folder.resolve("no"));
    CommandLineRun text = lockstep("check", write("text.conf", base + tune.formatted("day")));
    assertThat(text.code()).isEqualTo(78);
    assertThat(text.err())
        .contains("tune.fold_by = day: is of type string, must be a number, date");
    CommandLineRun none = lockstep("check", write("none.conf", base + tune.formatted("week")));
    assertThat(none.err()).contains("no column week");
    String grouped = base + tune.formatted("t") + "\ndata.group = day";
    CommandLineRun group = lockstep("check", write("group.conf", grouped));
    assertThat(group.code()).isEqualTo(78);
    assertThat(group.err()).contains("tune.fold_by divides rows by their order alone");
    CommandLineRun sound = lockstep("check", write("sound.conf", base + tune.formatted("t")));
    assertThat(sound.code()).as(sound.text()).isZero();
    assertThat(sound.out()).contains("over 5 folds in the order of t: at most 10 trainings");
  }
}

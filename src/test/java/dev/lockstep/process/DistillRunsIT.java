package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.app.CommandLineRun;
import dev.lockstep.math.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Students of a trained model: their bits, what they gain, and which teachers do not fit. */
final class DistillRunsIT {
  private static final int ROWS = 4000;

  private static final String DATA =
      """
      seed = 11
      data {
        source { format = csv, path = "%s", header = true }
        label = kind
        ignore = [number]
        split { validation = 0, test = "number >= 3000" }
        shards = 8
      %s}
      """;

  /** Of other means than all rows, and without some of their categories. */
  private static final String FEW = "  where = \"number < 250 or number >= 3000\"\n";

  private static final String SMALL =
      """
      model { kind = mlp, hidden = [8] }
      optimizer { kind = adam, learning_rate = 0.01 }
      train { batch_size = 64, epochs = 8 }
      checkpoint { every_steps = 4 }
      """;

  @TempDir static Path base;
  private static Path table;
  private static String alone;
  private static String taught;

  @BeforeAll
  static void train() throws IOException {
    table = base.resolve("table.csv");
    RandomGenerator random = RandomKey.of(5).generator();
    StringBuilder csv = new StringBuilder("number,a,b,c,d,level,kind\n");
    for (int i = 0; i < ROWS; i++) {
      double a = random.nextGaussian();
      double b = 3 + 2 * random.nextGaussian();
      int level = (int) Math.min(60, Math.abs(20 * random.nextGaussian()));
      double noise = 0.5 * random.nextGaussian();
      boolean high = a * (b - 3) + noise > 0;
      String kind = level % 3 == 0 ? "third" : high ? "first" : "second";
      csv.append(
          "%d,%.4f,%.4f,%.4f,%.4f,l%d,%s%n"
              .formatted(i, a, b, random.nextGaussian(), random.nextGaussian(), level, kind));
    }
    Files.writeString(table, csv);
    String large =
        """
        model { kind = mlp, hidden = [64], norm = batch, dropout = 0.1 }
        optimizer { kind = adam, learning_rate = 0.005 }
        train { batch_size = 256, epochs = 6 }
        """;
    Path teacher = teacher("large", DATA.formatted(table, "") + large);
    alone = DATA.formatted(table, FEW) + SMALL;
    taught = alone + "distill { teacher = \"%s\", alpha = 0.9 }\n".formatted(teacher);
  }

  private static Path teacher(String name, String text) {
    Run run = Run.in(base.resolve(name), text);
    run.finishHere("local[2]");
    return run.output().resolve("model");
  }

  @Test
  void tasksAndEnginesDoNotChangeTheBits(@TempDir Path folder) {
    String expected = Run.undisturbed(taught);
    assertThat(expected).isNotEqualTo(Run.undisturbed(alone));
    for (String engine : new String[] {"job", "gang"}) {
      for (int tasks : new int[] {2, 4}) {
        Run run = Run.in(folder.resolve(engine + tasks), taught + "engine.kind = " + engine);
        run.finishHere("local[" + tasks + "]");
        assertThat(run.sha()).as(engine + " of " + tasks).isEqualTo(expected);
      }
    }
  }

  @Test
  void aRunThatWasKilledGoesOnWithTheSameTeacherOnly(@TempDir Path folder) throws IOException {
    Run run = Run.in(folder, taught);
    try (Child child = run.start("local[2]", "--set", "checkpoint.every_steps=1")) {
      Run.await("checkpoint 8", child, () -> run.committedStep() >= 8);
      child.kill();
    }
    Path other =
        teacher("other", DATA.formatted(table, "") + SMALL.replace("epochs = 8", "epochs = 1"));
    Files.writeString(run.file(), taught.replace("large/output/model", "other/output/model"));
    CommandLineRun refused = run.here("local[2]", Map.of());
    assertThat(refused.code()).as(refused.text()).isEqualTo(78);
    assertThat(refused.text()).contains("distill.sha256", other.getParent().getParent().toString());
    Files.writeString(run.file(), taught);
    assertThat(run.finishHere("local[2]").text()).contains("resumed at step");
    assertThat(run.sha()).isEqualTo(Run.undisturbed(taught));
  }

  /** On the rows that the teacher has learnt from, far more than the student has. */
  @Test
  void aStudentIsBetterThanAlone(@TempDir Path folder) {
    double gain = 0;
    for (int seed = 1; seed <= 3; seed++) {
      String own = "\ntrain.seed = " + seed;
      gain += loss(folder.resolve("alone" + seed), alone + own);
      gain -= loss(folder.resolve("taught" + seed), taught + own);
    }
    assertThat(gain).isPositive();
  }

  private static double loss(Path folder, String text) {
    Run run = Run.in(folder, text);
    run.finishHere("local[2]");
    return run.testLoss();
  }

  /** A thousand rows more, of which nobody knows the label, or all of them. */
  @Test
  void rowsWithoutALabelAreLearntFromTheTeacher(@TempDir Path folder) {
    String more = taught.replace("number < 250", "number < 1250");
    String column = "\ndata.columns { kind = \"if(number < %d or number >= 3000, kind, null)\" }";
    double known = loss(folder.resolve("known"), taught);
    double half = loss(folder.resolve("more"), more + column.formatted(250));
    double none = loss(folder.resolve("none"), more + column.formatted(0));
    assertThat(half).isLessThan(known);
    assertThat(none).isLessThan(known);
    Run run = Run.in(folder, alone + column.formatted(100));
    assertThat(run.here("local[2]", Map.of()).text()).contains("the label kind is missing");
    Run job = Run.in(folder.resolve("job"), more + column.formatted(250) + "\nengine.kind = job");
    job.finishHere("local[4]");
    assertThat(job.sha()).isEqualTo(Run.undisturbed(more + column.formatted(250)));
  }

  @Test
  void linearTeachersTeachToo(@TempDir Path folder) {
    String linear = "model { kind = softmax }, optimizer { kind = lbfgs }, train { epochs = 5 }";
    Path teacher = teacher("linear", DATA.formatted(table, "") + linear);
    Run run = Run.in(folder, alone + "distill { teacher = \"%s\" }".formatted(teacher));
    run.finishHere("local[2]");
    assertThat(run.sha()).isNotEqualTo(Run.undisturbed(alone));
  }

  @Test
  void whatDoesNotFitIsRefusedInASentence(@TempDir Path folder) {
    String classes = "data.columns { kind = \"if(a > 1, 'fourth', kind)\" }";
    refused(folder, classes, 78, "distill.teacher knows the classes first, second, third, the");
    refused(folder, "data.ignore = [number, d]", 78, "distill.teacher had other features");
    String scaled = "data.features = [{ columns = [a], encode = scale }, { columns = \"*\" }]";
    refused(folder, scaled, 78, "encodes the same columns in another way");
    String numbers = "model.loss.kind = mse, data.columns { kind = \"length(kind)\" }";
    refused(
        folder, numbers, 78, "is a model of the task multiclass, that of this run is regression");
    refused(folder, "model = null, model = { kind = softmax }", 78, "distill needs a network");
    refused(
        folder,
        "distill.teacher = \"" + folder + "\"",
        66,
        "there is no trained model in " + folder);
    refused(folder, "distill.alpha = 1.5", 78, "distill.alpha must be from 0 to 1, is 1.5");
    refused(folder, "distill.temperature = 0", 78, "distill.temperature must be above 0, is 0");
    refused(folder, "distill.sha256 = " + "0".repeat(64), 78, "distill.sha256 is 0000");
  }

  private static void refused(Path folder, String line, int code, String sentence) {
    Run run = Run.in(folder.resolve("of" + line.hashCode()), taught + line + "\n");
    for (String command : new String[] {"check", "train"}) {
      List<String> words = run.command("local[2]");
      words.set(0, command);
      CommandLineRun found = CommandLineRun.of(words.toArray(String[]::new));
      assertThat(found.code()).as(found.text()).isEqualTo(code);
      assertThat(found.text()).contains(sentence);
    }
  }

  @Test
  void aStudentGoesOnFromAStudentOfTheSameTeacher(@TempDir Path folder) {
    Path student = teacher("student", taught);
    Run run = Run.in(folder.resolve("second"), taught + "init = \"%s\"\n".formatted(student));
    run.finishHere("local[2]");
    assertThat(run.sha()).isNotEqualTo(Run.undisturbed(taught));

    Path other = teacher("untaught", alone);
    refused(
        folder,
        "init = \"%s\"".formatted(other),
        78,
        "init and distill.teacher were trained on other features, or on other categories");
    String head = "init { model = \"%s\", only = \"2.*\" }\n".formatted(other);
    Run.in(folder.resolve("head"), taught + head).finishHere("local[2]");
  }

  @Test
  void aSearchTunesWhatIsLearntOfTheTeacher(@TempDir Path folder) {
    String study =
        """
        train.epochs = 2
        tune {
          strategy { kind = grid }
          space { "distill.alpha" = [0, 0.9], "distill.temperature" = [1, 4] }
          metric = log_loss
        }
        """;
    Run run = Run.in(folder, taught + study);
    List<String> words = run.command("local[2]");
    words.set(0, "tune");
    CommandLineRun found = CommandLineRun.of(words.toArray(String[]::new));
    assertThat(found.code()).as(found.text()).isZero();
    assertThat(found.text()).contains("distill.alpha");
  }
}

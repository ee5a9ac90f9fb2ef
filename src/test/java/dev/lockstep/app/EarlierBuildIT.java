package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs that a build with fewer checks has begun or finished, and that this one would refuse. Their
 * records are made by hand: from those of a run that is not refused.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EarlierBuildIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RATES = "space { \"optimizer.learning_rate\" = [0.1, 0.2] }";
  private static final String WAY_OUT =
      "holds a run that has begun so, and once mended it is another one: give that another output";

  @TempDir private static Path folder;

  @BeforeAll
  void write() throws IOException {
    StringBuilder csv = new StringBuilder("step,y,kind\n");
    for (int i = 0; i < 60; i++) {
      csv.append("%d,%d,%s%n".formatted(i, i * 7 % 11, i % 3 == 0 ? "a" : "b"));
    }
    Files.writeString(folder.resolve("table.csv"), csv);
  }

  private static String conf(String data, String more) {
    return """
    data {
      source { format = csv, path = "%s/table.csv" }, split { validation = 0.2, test = 0 }
      shards = 2, %s
    }
    optimizer { kind = gd, learning_rate = 0.1 }
    train { epochs = 2 }
    """
            .formatted(folder, data)
        + more;
  }

  private static CommandLineRun run(String command, String name, String text, String... more)
      throws IOException {
    Path file = Files.writeString(folder.resolve(name + ".conf"), text);
    return CommandLineRun.of(command, file, "local[2]", set(name, more));
  }

  private static String[] set(String name, String... more) {
    List<String> words = new ArrayList<>();
    for (String one : more) {
      words.addAll(List.of("--set", one));
    }
    words.addAll(List.of("--set", "output=" + folder.resolve(name)));
    return words.toArray(String[]::new);
  }

  private static void done(CommandLineRun run, String said) {
    assertThat(run.code()).as(run.text()).isZero();
    assertThat(run.out()).contains(said);
  }

  private static void refused(CommandLineRun run, int code, String why, String wayOut) {
    assertThat(run.code()).as(run.text()).isEqualTo(code);
    assertThat(run.err()).contains(why);
    assertThat(run.last()).contains(wayOut);
  }

  /** A mistake is told as such, whatever the output holds. */
  private static void mistaken(CommandLineRun run, String why) {
    assertThat(run.code()).as(run.text()).isEqualTo(78);
    assertThat(run.err()).contains(why).doesNotContain("another output");
  }

  /** Changes a file that ends with a checksum of what is before. */
  private static void change(String path, Consumer<ObjectNode> change)
      throws IOException, NoSuchAlgorithmException {
    Path file = folder.resolve(path);
    ObjectNode node = (ObjectNode) JSON.readTree(file.toFile());
    node.remove("checksum");
    change.accept(node);
    String text = node.toString();
    String body = text.substring(0, text.length() - 1);
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
    Files.writeString(
        file, body + ",\n  \"checksum\" : \"" + HexFormat.of().formatHex(hash) + "\"\n}\n");
  }

  /** Records a run as that of other settings. */
  private static void record(String name, String... more) throws Exception {
    Path file = folder.resolve(name + ".conf");
    List<String> settings =
        List.of(set(name, more)).stream().filter(w -> !w.equals("--set")).toList();
    RunFileText text =
        new RunFileText(file.toString(), Files.readString(file), settings, Optional.empty());
    RunFile run =
        RunFile.BINDER
            .bind(text.document(List.of()), RunFile.class, text.document(List.of()).problems())
            .orElseThrow();
    change(
        name + "/run.json",
        node ->
            node.set(
                "configuration", Descriptions.of(run, run.shards(), List.of()).configuration()));
  }

  @Test
  void aTrainingWhoseClassWeightsAreRefusedNowIsToldFinishedOrTheWayOut() throws Exception {
    String text = conf("label = y", "model { kind = linear }");
    done(run("train", "weights", text), "");
    String weights = "data.class_weight.a=2";
    String without = "data.class_weight has no effect with this model";
    CommandLineRun other = run("train", "weights", text, weights);
    assertThat(other.code()).as("one that was not recorded").isEqualTo(78);
    assertThat(other.last()).contains(without);
    record("weights", weights);
    done(run("train", "weights", text, weights), "already finished");
    Files.delete(folder.resolve("weights/result.json"));
    refused(run("train", "weights", text, weights), 78, without, WAY_OUT);
  }

  @Test
  void aTrainingWithTheWeightOfAClassThatIsNotThereIsToldTheWayOut() throws Exception {
    String text = conf("label = kind", "model { kind = logistic }");
    done(run("train", "classes", text), "");
    record("classes", "data.class_weight.c=2");
    done(run("train", "classes", text, "data.class_weight.c=2"), "already finished");
    Files.delete(folder.resolve("classes/result.json"));
    CommandLineRun begun = run("train", "classes", text, "data.class_weight.c=2");
    refused(begun, 65, "no row has the class c of data.class_weight", WAY_OUT);
  }

  @Test
  void aStudyWhoseEarlyStoppingIsRefusedNowIsToldFinishedOrTheWayOut() throws Exception {
    String text =
        conf(
            "label = y",
            "model { kind = linear }\n"
                + " tune { strategy { kind = halving, max_epochs = 3 }, trials = 2, metric = rmse,"
                + " folds = 1, space { \"optimizer.learning_rate\" = { uniform = [0.1, 0.2] } } }");
    done(run("tune", "halving", text), "");
    String early = "train.early_stopping.patience=2";
    record("halving", early);
    done(run("tune", "halving", text, early), "already finished");
    CommandLineRun more = run("tune", "halving", text, early, "tune.trials=3");
    refused(more, 78, "train.early_stopping has no effect with tune.strategy.kind", WAY_OUT);
    CommandLineRun other = run("tune", "halving", text, early, "tune.metric=mae");
    assertThat(other.code()).isEqualTo(78);
    assertThat(other.err()).contains("no effect with tune").doesNotContain(WAY_OUT);
  }

  @Test
  void aStudyOverASeriesWhoseFoldsWereDrawnByHashIsToldFinishedOrTheWayOut() throws Exception {
    String text =
        conf(
            "label = y, series { time = step, window = 3, horizon = 1 }",
            "model { kind = linear }\n tune { strategy { kind = grid }, folds = 2, "
                + RATES
                + " }");
    done(run("tune", "series", text), "");
    change(
        "series/study/journal/000001.json",
        node -> ((ObjectNode) node.path("settings")).remove("fold_by"));
    done(run("tune", "series", text), "already finished");
    Files.delete(folder.resolve("series/result.json"));
    String byHash = "were drawn by hash and cannot go on";
    refused(run("tune", "series", text), 78, byHash, "give the study another output or --run-id");
    CommandLineRun explicit = run("tune", "series", text, "tune.fold_by=step");
    assertThat(explicit.code()).isEqualTo(78);
    assertThat(explicit.err())
        .contains("tune.fold_by was absent, is step", "restore them, or give");
  }

  @Test
  void aMistakeInTheRunFileOfATrainingThatHasBegunOrFinishedIsToBeMended() throws Exception {
    String text = conf("label = y", "model { kind = linear }");
    done(run("train", "typo", text), "");
    String weights = "data.class_weight.a=2";
    record("typo", weights);
    for (String result : List.of("typo/none", "typo/result.json")) {
      Files.deleteIfExists(folder.resolve(result));
      mistaken(run("train", "typo", text, weights, "optimzer.momentum=1"), "optimzer is unknown");
      mistaken(run("train", "typo", text, weights, "checkpoint.keeep=5"), "keeep is unknown");
      mistaken(run("train", "typo", text, weights, "engine.kind=gnag"), "engine.kind must be");
    }
  }

  @Test
  void aMistakeInTheRunFileOfAStudyThatHasBegunOrFinishedIsToBeMended() throws Exception {
    String text =
        conf(
            "label = y",
            "model { kind = linear }\n tune { strategy { kind = grid }, folds = 2, "
                + RATES
                + " }");
    done(run("tune", "studied", text), "");
    for (String result : List.of("studied/none", "studied/result.json")) {
      Files.deleteIfExists(folder.resolve(result));
      mistaken(run("tune", "studied", text, "optimzer.momentum=1"), "optimzer is unknown");
      mistaken(run("tune", "studied", text, "checkpoint.keeep=5"), "keeep is unknown");
      mistaken(
          run("tune", "studied", text, "tune.parallel=2", "engine.kind=gang"),
          "set engine.kind to auto or job");
    }
    done(run("tune", "studied", text), "goes on after");
  }

  /** Whatever is wrong with the output is told once the run file is mended. */
  @Test
  void aRefusedRunFileIsToBeMendedWhereItsOutputCannotBeRead() throws IOException {
    String study = " tune { strategy { kind = grid }, folds = 2, metric = rmse, " + RATES + " }";
    String text = conf("label = y, class_weight { a = 2 }", "model { kind = linear }\n" + study);
    String file = Files.writeString(folder.resolve("refused.conf"), text).toString();
    Path damaged = Files.createDirectory(folder.resolve("damaged"));
    Files.writeString(damaged.resolve("run.json"), "{");
    List<String> outputs =
        List.of("" + damaged, file + "/below", "gs://a/b", "hdfs://localhost:1/");
    Map<String, String> noRetries = Map.of("spark.hadoop.ipc.client.connect.max.retries", "0");
    for (String output : outputs) {
      for (String command : List.of("train", "tune")) {
        String[] line = {command, file, "--set", "output=" + output, "--set", "train.shuffle=rows"};
        CommandLineRun run = CommandLineRun.with(noRetries, line);
        mistaken(run, "data.class_weight has no effect with this model");
        assertThat(run.err()).contains("train.shuffle has no effect");
      }
    }
  }
}

package dev.lockstep.app;

import static dev.lockstep.app.SmallTable.lockstep;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

  /** In one night most rows are of one town, in the next of another. */
  private static final String LAST_NIGHT = "data.where=\"town = 'Bern' or id % 3 = 0\"";

  private static final String TONIGHT = "data.where=\"town = 'Genf' or id % 3 = 0\"";
  private static final String NETWORK = "model={kind=mlp,hidden=[4,4]}";

  private static final String TUNE =
      "tune={strategy={kind=grid},metric=log_loss,folds=2,encode=%s,"
          + "space={\"regularization.l2\"=[1e-3]}}";

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
    String tune = TUNE.formatted("shared");
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
    CommandLineRun whole = run("train", "second", init, TONIGHT);
    assertThat(whole.code()).as(whole.text()).isZero();
    JsonNode wanted = CommandLineRun.result(folder.resolve("second"));
    Path newest = newest(folder.resolve("second/checkpoints"));
    for (String gone : List.of("first", "second/model", "second/result.json")) {
      delete(folder.resolve(gone));
    }
    delete(newest);
    CommandLineRun checked = run("check", "second", init, TONIGHT);
    assertThat(checked.code()).as(checked.text()).isZero();
    assertThat(run("check", "second", init, LAST_NIGHT).code()).as("another run").isEqualTo(66);
    CommandLineRun rest = run("train", "second", init, TONIGHT);
    assertThat(rest.code()).as(rest.text()).isZero();
    assertThat(rest.out()).contains("resumed at step ");
    assertThat(CommandLineRun.result(folder.resolve("second")).path("parameters_sha256"))
        .isEqualTo(wanted.path("parameters_sha256"));

    assertThat(run("train", "second", init, TONIGHT).out()).contains("already finished");
    withADamagedCopy("second", "first", init, TONIGHT);
    withoutItsCopy("train", "second", init, TONIGHT);
  }

  private void withADamagedCopy(String output, String original, String... settings)
      throws IOException {
    Path result = folder.resolve(output).resolve("result.json");
    byte[] ended = Files.readAllBytes(result);
    Files.delete(result);
    Path copies = folder.resolve(output).resolve("init");
    Path description = copies.resolve(copies.toFile().list()[0]).resolve("model.json");
    byte[] whole = Files.readAllBytes(description);
    Files.write(description, new byte[] {'{'});
    CommandLineRun run = run("train", output, settings);
    assertThat(run.code()).as(run.text()).isEqualTo(76);
    assertThat(run.last())
        .contains(
            description.toString(),
            "; it is the run's copy of " + folder.resolve(original) + "/model: restore it, from",
            "give another output or --run-id");
    Files.write(description, whole);
    Files.write(result, ended);
  }

  /** As runs are whose releases made no copies: their rows were read in another way. */
  private void withoutItsCopy(String command, String output, String... settings)
      throws IOException {
    for (String gone : List.of("init", "model", "result.json")) {
      delete(folder.resolve(output).resolve(gone));
    }
    CommandLineRun run = run(command, output, settings);
    assertThat(run.code()).as(run.text()).isEqualTo(76);
    assertThat(run.last())
        .contains(
            "/init/",
            ": is missing, though the run has begun",
            "restore it, or give another output or --run-id");
  }

  /** So slow a training that it leaves the model as it was. */
  @Test
  void rowsAreReadAsTheInitialModelHasReadThem() throws IOException {
    trained("monday", LAST_NIGHT);
    trained("alone", TONIGHT);
    trained("tuesday", TONIGHT, "optimizer.learning_rate=1e-12", init("monday"));
    assertThat(names("monday")).isEqualTo(names("tuesday")).isNotEqualTo(names("alone"));
    assertThat(scores("tuesday")).isEqualTo(scores("monday")).hasSizeGreaterThan(500);
  }

  @Test
  void aTownOfNumbersOnlyIsReadAsTheTextThatItWas() throws IOException {
    trained("names", LAST_NIGHT);
    Path digits = folder.resolve("digits.csv");
    Files.writeString(digits, SmallTable.table(true).replace("Bern", "3").replace("Genf", "2"));
    trained("digits", "data.source.path=" + digits, init("names"));
    assertThat(names("digits")).isEqualTo(names("names"));
  }

  @Test
  void aColumnOfFractionsMayHoldWholeNumbersOnly() throws IOException {
    String whole = "data.columns.double_age=\"cast(age * 2 as bigint)\"";
    trained("fractional", LAST_NIGHT);
    trained("last", LAST_NIGHT, whole);
    trained("whole", TONIGHT, whole, "optimizer.learning_rate=1e-12", init("fractional"));
    assertThat(encoding("whole").path("inputs")).isEqualTo(encoding("fractional").path("inputs"));
    assertThat(scores("whole")).isEqualTo(scores("fractional"));
    refused(
        "init had other features: double_age=BIGINT, the run has double_age=DOUBLE: give the run"
            + " columns of these types, as by data.columns { double_age = ",
        init("last"));
  }

  @Test
  void layersThatMeetOtherFeaturesOrLabelsAreRefused() throws IOException {
    trained("body", NETWORK, LAST_NIGHT);
    String columns = "data.ignore=[id,town]";
    String classes = "data.columns.bought=\"if(bought = 'yes', 'sure', 'no')\"";
    refused("init had other features: ", init("body"), columns);
    refused("init had other features: ", only("body", "0.*"), columns);
    String scaled = "data.features=[{columns=[age,double_age],encode=scale},{columns=[town]}]";
    refused("init encodes the same columns in another way", init("body"), scaled);
    String known = "init knows the classes no, yes, the training rows have sure: take nothing of";
    refused(known, init("body"), classes);
    refused(known, only("body", "4.*"), classes);

    trained("hidden", NETWORK, only("body", "2.*"), columns, classes);
    trained("head", NETWORK, only("body", "4.*"), TONIGHT);
    assertThat(names("head")).isNotEqualTo(names("body"));
    trained("transfer", NETWORK, only("body", "0.*"), TONIGHT, classes);
    assertThat(names("transfer")).isEqualTo(names("body"));
    assertThat(encoding("transfer").path("classes"))
        .extracting(JsonNode::asText)
        .containsExactly("no", "sure");
  }

  private void refused(String sentence, String... settings) {
    for (String command : List.of("check", "train")) {
      List<String> all = new ArrayList<>(List.of(settings));
      all.addAll(List.of(NETWORK, TONIGHT));
      CommandLineRun run = run(command, "refused", all.toArray(String[]::new));
      assertThat(run.code()).as(run.text()).isEqualTo(78);
      assertThat(run.text()).contains(sentence);
      assertThat(folder.resolve("refused/run.json")).doesNotExist();
    }
  }

  @Test
  void trialsAreReadAsTheirInitialModelToo() throws IOException {
    trained("searched", LAST_NIGHT);
    for (String encode : List.of("shared", "per_fold")) {
      CommandLineRun run = run("tune", encode, TONIGHT, init("searched"), TUNE.formatted(encode));
      assertThat(run.code()).as(run.text()).isZero();
      assertThat(names(encode)).isEqualTo(names("searched"));
    }
  }

  @Test
  void aSearchThatWasInterruptedGoesOnWithoutTheModelThatItsTrialsStartFrom() throws IOException {
    trained("start", LAST_NIGHT);
    String tune = TUNE.formatted("shared");
    CommandLineRun whole = run("tune", "search", TONIGHT, init("start"), tune);
    assertThat(whole.code()).as(whole.text()).isZero();
    JsonNode wanted = CommandLineRun.result(folder.resolve("search"));
    for (String gone :
        List.of("start", "search/model", "search/checkpoints", "search/result.json")) {
      delete(folder.resolve(gone));
    }
    try (Stream<Path> events = Files.list(folder.resolve("search/study/journal"))) {
      for (Path event : events.sorted().skip(2).toList()) {
        Files.delete(event);
      }
    }
    CommandLineRun rest = run("tune", "search", TONIGHT, init("start"), tune);
    assertThat(rest.code()).as(rest.text()).isZero();
    assertThat(rest.out()).contains("the study goes on after 2 journalled events");
    assertThat(CommandLineRun.result(folder.resolve("search")).path("parameters_sha256"))
        .isEqualTo(wanted.path("parameters_sha256"));
    withoutItsCopy("tune", "search", TONIGHT, init("start"), tune);
  }

  private static String init(String output) {
    return "init=" + folder.resolve(output).resolve("model");
  }

  private static String only(String output, String pattern) {
    return "init={model=\"%s\",only=[\"%s\"]}"
        .formatted(folder.resolve(output).resolve("model"), pattern);
  }

  private void trained(String output, String... settings) {
    CommandLineRun run = run("train", output, settings);
    assertThat(run.code()).as(run.text()).isZero();
  }

  private static JsonNode encoding(String output) throws IOException {
    Path model = folder.resolve(output).resolve("model/model.json");
    return new ObjectMapper().readTree(model.toFile()).path("encoding");
  }

  private static JsonNode names(String output) throws IOException {
    return encoding(output).path("feature_names");
  }

  /** What a model says of all rows. */
  private List<String> scores(String output) {
    String scores = folder.resolve(output + "-scores").toString();
    String model = folder.resolve(output).resolve("model").toString();
    CommandLineRun run =
        lockstep("predict", conf, "--model", model, "--output", scores, "--format", "csv");
    assertThat(run.code()).as(run.text()).isZero();
    return SmallTable.lines(Path.of(scores));
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

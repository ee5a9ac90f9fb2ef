package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedRunFileTest {
  private static final String SOURCE = "data { source { format = synthetic } }\n";
  private static final String SOUND =
      SOURCE + "model { kind = logistic }\noptimizer { kind = adam }\n";

  @TempDir private Path folder;

  static Stream<Arguments> cases() {
    return Stream.of(
        Arguments.of("modle { kind = linear }", "modle is unknown; did you mean model?"),
        Arguments.of("optimizer { kind = adm }", "optimizer.kind is adm, no optimizer"),
        Arguments.of("optimizer { kind = adm }", "did you mean adam?"),
        Arguments.of("optimizer { kind = null }", "optimizer.kind is missing"),
        Arguments.of("optimizer = 3", "optimizer must be an object with kind = one of"),
        Arguments.of("optimizer { kind = adam, learning_rte = 1 }", "did you mean learning_rate?"),
        Arguments.of("optimizer { learning_rate = -1 }", "optimizer.learning_rate must be above 0"),
        Arguments.of("optimizer { learning_rate = fast }", "must be a number, is fast"),
        Arguments.of("optimizer { learning_rate = [1] }", "must be a number, is [1]"),
        Arguments.of("optimizer { beta1 = 1.5 }", "optimizer.beta1 must be"),
        Arguments.of("seed = 1.5", "seed must be a whole number, is 1.5"),
        Arguments.of("seed = 1e30", "seed must be a whole number, is"),
        Arguments.of("name = {}", "name must be text, is {}"),
        Arguments.of("output = \" \"", "output must name a directory"),
        Arguments.of("engine { kind = gng }", "engine.kind must be one of auto"),
        Arguments.of("engine { exchange = fp16 }", "must be one of float32, bf16, is fp16"),
        Arguments.of(
            "optimizer = null, optimizer { kind = lbfgs }, engine { exchange = bf16 }",
            "engine.exchange is bf16, but the optimizer adds full batches up in float64"),
        Arguments.of("train { batch_size = 0.5 }", "batch_size must be a whole number or full"),
        Arguments.of("train { batch_size = -3 }", "train.batch_size must be at least 1"),
        Arguments.of("train { epochs = 3, steps = 5 }", "epochs and steps exclude each other"),
        Arguments.of("train { epochs = 0 }", "train.epochs must be at least 1, is 0"),
        Arguments.of("train { shuffle = always }", "train.shuffle must be one of batches, rows"),
        Arguments.of(
            "optimizer = null, optimizer { kind = lbfgs }, train { shuffle = rows }",
            "train.shuffle has no effect where every step takes all rows"),
        Arguments.of("train { tolerance = 1e-3 }", "train.tolerance has no effect"),
        Arguments.of(
            "train { early_stopping { metric = acc } }", "early_stopping.metric must be one of"),
        Arguments.of(
            "train { early_stopping { metric = rmse } }",
            "train.early_stopping.metric is rmse, which this model does not have: use one of"),
        Arguments.of(
            "model.kind = linear, train { early_stopping { metric = auc } }",
            "is auc, which this model does not have: use one of loss, rmse, mae, r2"),
        Arguments.of("train { early_stopping { metric = ndcg } }", "metric must be one of loss"),
        Arguments.of(
            "data.split.validation = 0, train { early_stopping { patience = 2 } }",
            "train.early_stopping needs validation rows"),
        Arguments.of(
            "train { evaluate_every = 11, early_stopping { patience = 2 } }",
            "train.evaluate_every is 11, above the 10 epochs"),
        Arguments.of("train { early_stopping = yes }", "early_stopping must be an object"),
        Arguments.of("data { source { format = cvs } }", "data.source.format is cvs, no source"),
        Arguments.of("data { source { format = csv } }", "data.source.path is missing"),
        Arguments.of("data { source { rows = many } }", "data.source.rows must be a whole number"),
        Arguments.of("data { bad_rows = ignore }", "data.bad_rows must be one of fail, drop"),
        Arguments.of("data { shards = 0 }", "data.shards must be auto or 1 to"),
        Arguments.of("data { sample = 2 }", "data.sample must be above 0"),
        Arguments.of("data { split { test = 0.7, validation = 0.7 } }", "must add up to 1"),
        Arguments.of(
            "data { features = [{ columns = [a], encode = onehot }] }", "did you mean one_hot?"),
        Arguments.of("data { features = [{ columns = [] }] }", "data.features[0].columns must"),
        Arguments.of(
            "model.kind = linear, data { class_weight { a = 2 } }",
            "data.class_weight has no effect with this model, whose labels are no classes"),
        Arguments.of("data { class_weight = some }", "data.class_weight must be balanced"),
        Arguments.of("schedule { kind = cosine, warmup = 5 m }", "must be like 100 steps"),
        Arguments.of("schedule { kind = cosin }", "did you mean cosine?"),
        Arguments.of("regularization { l1 = -1 }", "regularization.l1 must be"),
        Arguments.of("regularization { l1 = 1, strength = 1 }", "strength 1"),
        Arguments.of(
            "optimizer = { kind = lbfgs }, regularization { l1 = 1 }", "regularization.l1 is 1.0"),
        Arguments.of("optimizer = { kind = lion }, regularization.l1 = 1", "regularization.l1"),
        Arguments.of(
            "optimizer = null, optimizer { kind = lbfgs }, train.batch_size = 10",
            "train.batch_size is 10"),
        Arguments.of(
            "optimizer = null, optimizer { kind = owlqn }, schedule { kind = cosine }",
            "schedule has no effect"),
        Arguments.of("gradient { clip_norm = 0 }", "gradient.clip_norm must be above 0"),
        Arguments.of("checkpoint { keep = 0 }", "checkpoint.keep must be at least 1"),
        Arguments.of("model { kind = logistic, intercept = perhaps }", "must be true or false"),
        Arguments.of("model { \"a\\nb\" = 1 }", "model.a\\nb is unknown"),
        Arguments.of("output = ${NO_SUCH_VARIABLE_HERE}", "NO_SUCH_VARIABLE_HERE"),
        Arguments.of("include \"base\"", "run.conf: include base is not read; write its settings"),
        Arguments.of("train { include required(\"b.conf\") }", "include b.conf is not read"),
        Arguments.of("include file(\"/no/b.conf\")", "include /no/b.conf is not read"),
        Arguments.of("include classpath(\"b.conf\")", "include b.conf is not read"),
        Arguments.of("include url(\"http://no/b.conf\")", "include http://no/b.conf is not read"),
        Arguments.of("train {", "run.conf:"),
        Arguments.of("train = \"unclosed", "run.conf:"),
        Arguments.of("a".repeat(2_000_000), "a run file has at most"),
        Arguments.of("train" + "{a".repeat(50_000) + "}".repeat(50_000), "nested too deeply"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aMistakeIsToldInOneSentenceWithCode78(String mistake, String expected) throws IOException {
    Path file = folder.resolve("run.conf");
    Files.writeString(file, SOUND + mistake);
    CommandLineRun run = CommandLineRun.of("train", file.toString());
    assertThat(run.code()).isEqualTo(78);
    assertThat(run.err()).contains(expected).doesNotContain("\tat ").doesNotContain("Exception");
    assertThat(run.last()).startsWith("lockstep: error: ");
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
  }

  @Test
  void allProblemsComeAtOnceWithTheirLines() throws IOException {
    Path file = folder.resolve("run.conf");
    Files.writeString(
        file, SOURCE + "model { kind = x }\noptimizer { kind = adam, learning_rate = 0 }\nsed = 1");
    CommandLineRun run = CommandLineRun.of("train", file.toString());
    assertThat(run.errorLines())
        .hasSize(4)
        .anyMatch(line -> line.startsWith("  " + file + ":2: model.kind is x"))
        .anyMatch(line -> line.startsWith("  " + file + ":3: optimizer.learning_rate must"))
        .anyMatch(line -> line.startsWith("  " + file + ":4: sed is unknown; did you mean seed?"));
    assertThat(run.last()).startsWith("lockstep: error: 3 problems in the configuration");
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    Path file = folder.resolve("run.conf");
    Files.writeString(file, "seed = 1");
    assertThat(CommandLineRun.of("train", file.toString()).err())
        .contains("data.source is missing; it must be an object with format = one of csv")
        .contains("model is missing; it must be an object with kind = one of linear")
        .contains("optimizer is missing");
  }

  @Test
  void anAbsentRunFileIs66AndWhatIsNoTextIs78() throws IOException {
    CommandLineRun absent = CommandLineRun.of("train", folder.resolve("none.conf").toString());
    assertThat(absent.code()).isEqualTo(66);
    assertThat(absent.last()).contains("there is no run file");
    assertThat(CommandLineRun.of("train", folder.toString()).code()).isEqualTo(78);
    Path binary = Files.write(folder.resolve("b.conf"), new byte[] {(byte) 0xC3, 0x28});
    assertThat(CommandLineRun.of("train", binary.toString()).last()).contains("is no UTF-8 text");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nosuch://host/run.conf", "hdfs:/run.conf", "s3a://a b^/run.conf", "a\0b"})
  void anImpossiblePlaceIs78(String place) {
    CommandLineRun run = CommandLineRun.of("train", place);
    assertThat(run.code()).as(run.err()).isEqualTo(78);
    assertThat(run.last()).doesNotContain("Exception").contains("URI");
  }

  @Test
  void aWrongCommandLineIs64() {
    assertThat(CommandLineRun.of().code()).isEqualTo(64);
    assertThat(CommandLineRun.of("trane", "x").code()).isEqualTo(64);
    assertThat(CommandLineRun.of("train").code()).isEqualTo(64);
    assertThat(CommandLineRun.of("train", "x.conf", "--no-such").last())
        .startsWith("lockstep: error: ");
    assertThat(CommandLineRun.of("train", "--help").code()).isZero();
    assertThat(CommandLineRun.of("--version").out()).startsWith("lockstep ");
  }

  @Test
  void anOverrideIncludesNothingEither() throws IOException {
    Path file = Files.writeString(folder.resolve("run.conf"), SOUND);
    CommandLineRun run =
        CommandLineRun.of("train", file.toString(), "--set", "train={include \"base\"}");
    assertThat(run.code()).isEqualTo(78);
    assertThat(run.last()).startsWith("lockstep: error: --set: include base is not read");
  }

  @Test
  void theResultFileTellsFailuresToo() throws IOException {
    Path file = Files.writeString(folder.resolve("run.conf"), SOUND + "sed = 1");
    Path result = folder.resolve("result.json");
    CommandLineRun.of("train", file.toString(), "--result-file", result.toString());
    assertThat(Files.readString(result))
        .contains("\"status\" : \"failed\"", "\"exit_code\" : 78", "did you mean seed?");
  }

  @Test
  void aCommandLineThatIsRefusedLeavesTheFileThatItTookForTheResult() throws IOException {
    Path run = Files.writeString(folder.resolve("x.conf"), SOUND);
    assertThat(CommandLineRun.of("train", "--result-file", run.toString()).code()).isEqualTo(64);
    assertThat(run).hasContent(SOUND);
  }

  @Test
  void plantedSecretsStayOutOfEveryOutput() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("run.conf"),
            SOUND
                + "password = hunter2\nmodel { api_key = hunter2 }\n"
                + "output = [\"s3a://u:hunter2@b\"]\ninit = { secret = hunter2 }\n");
    Path result = folder.resolve("result.json");
    CommandLineRun run =
        CommandLineRun.of(
            "train", file.toString(), "--verbose", "--result-file", result.toString());
    assertThat(run.code()).isEqualTo(78);
    assertThat(run.out() + run.err() + Files.readString(result)).doesNotContain("hunter2");
    Path broken = Files.writeString(folder.resolve("c.conf"), "token = \"hunter2\n a = hunter2 {");
    assertThat(CommandLineRun.of("train", broken.toString()).err()).doesNotContain("hunter2");
    String place = "s3x://u:hunter2@b/run.conf";
    assertThat(CommandLineRun.of("train", place).text())
        .doesNotContain("hunter2")
        .contains(": train s3x://<redacted>@b/run.conf");
    String key = "spark.hadoop.fs.s3a.secret.key=hunter2";
    assertThat(CommandLineRun.of("train", place, "--conf", key).text())
        .doesNotContain("hunter2")
        .contains("spark.hadoop.fs.s3a.secret.key=<redacted>");
  }
}

package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.data.Schema;
import dev.lockstep.optim.Optimizer;
import dev.lockstep.optim.Optimizers;
import dev.lockstep.spark.shard.ShardSummary;
import dev.lockstep.spark.source.Sources;
import dev.lockstep.train.TrainingData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RunFileReaderTest {
  private static final String SOUND =
      "data.source.format = synthetic, model.kind = logistic, optimizer.kind = adam\n";

  @TempDir private Path folder;

  private RunFile read(String text, String... overrides) throws IOException {
    Path file = Files.writeString(folder.resolve("my run.v2.conf"), text);
    return RunFileReader.read(file.toString(), List.of(overrides), Optional.empty());
  }

  @Test
  void nameAndOutputComeFromTheFile() throws IOException {
    RunFile run = read(SOUND);
    assertThat(run.name()).isEqualTo("my run.v2");
    assertThat(run.output()).startsWith("runs/my_run.v2-");
    assertThat(run.seed()).isZero();
    assertThat(read(SOUND + "name = plain").output()).isEqualTo("runs/plain");
  }

  @Test
  void anOutputThatSparkWouldTakeForAPatternIsRefused() throws IOException {
    for (String sign : List.of("*", "?", "[", "{", "\\\\")) {
      String output = "output = \"/runs/a%s1\"".formatted(sign);
      assertThatThrownBy(() -> read(SOUND + output))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("output must have none of * ? [ { \\, which Spark takes");
    }
    String keys = "s3a://key:a*b@bucket/runs/a]}";
    assertThat(read(SOUND + "output = \"" + keys + "\"").output()).isEqualTo(keys);
  }

  @Test
  void aRunIdBecomesADirectoryOfTheOutput() throws IOException {
    Path file = Files.writeString(folder.resolve("a.conf"), SOUND + "output = out/");
    String id = "scheduled__2026-01-01T00:00:00+00:00";
    RunFile run = RunFileReader.read(file.toString(), List.of(), Optional.of(id));
    assertThat(run.output()).startsWith("out/scheduled__2026-01-01T00_00_00_00_00-");
    assertThat(RunId.safe("abc-1.2_x")).isEqualTo("abc-1.2_x");
    assertThat(RunId.safe("a:b")).isNotEqualTo(RunId.safe("a+b")).startsWith("a_b-");
    assertThat(RunId.safe("../../etc")).doesNotContain("/").doesNotStartWith(".");
    assertThat(RunId.safe("x".repeat(500))).hasSizeLessThan(140);
    assertThatThrownBy(() -> RunId.safe(" ")).isInstanceOf(UsageException.class);
  }

  @Test
  void theResolvedRunReadsBackAsTheSameRun() throws IOException {
    RunFile run =
        read(
            SOUND
                + "data { class_weight { a = 2, b = 1 }, split.test = \"row % 5 = 4\", columns { z ="
                + " \"x0 + 1\" } }, schedule { kind = cosine, warmup = 5 % }, train.epochs = 3",
            "train.batch_size=64",
            "regularization.l2=0.1");
    Map<String, Object> resolved = run.resolved();
    assertThat(RunFile.BINDER.bind(Document.of(resolved), RunFile.class)).isEqualTo(run);
    assertThat(resolved.toString()).contains("batch_size=64", "l2=0.1", "{kind=adam, ");
  }

  @Test
  void slotsWithoutShardsAndRowsFromFilesAreWarnedOf() throws IOException {
    RunFile run = read(SOUND + "data.shards = 4, train.shuffle = rows");
    ShardSummary onHeap = new ShardSummary(0, 10, 0, 0, 10, 1, 0, 1 << 20, 0);
    ShardSummary inFiles = new ShardSummary(0, 10, 0, 0, 10, 1, 0, 0, 3 << 20);
    assertThat(RunChecks.warnings(run, 4, onHeap)).isEmpty();
    assertThat(RunChecks.warnings(run, 7, onHeap))
        .singleElement()
        .asString()
        .contains("7 slots", "4 shards", "3 slots have nothing to do");
    assertThat(RunChecks.warnings(run, 2, inFiles))
        .singleElement()
        .asString()
        .contains("3 MiB of the rows are in files");
    RunFile batches = read(SOUND + "data.shards = 4");
    assertThat(RunChecks.warnings(batches, 2, inFiles)).isEmpty();
    RunFile network = read(SOUND + "data.shards = 4, model.kind = mlp");
    assertThat(RunChecks.warnings(network, 2, inFiles)).hasSize(1);
    RunFile fullBatch = read(SOUND + "data.shards = 4, model.kind = mlp, train.batch_size = full");
    assertThat(RunChecks.warnings(fullBatch, 2, inFiles)).isEmpty();
  }

  @Test
  void batchesThatAreTooSmallForBatchNormalizationAreFoundBeforeTraining() throws IOException {
    Schema schema = TrainingData.binary(8, 0, 1, 2).schema(2);
    String network =
        "data { source { format = synthetic, task = binary }, shards = 4 }, optimizer { kind = sgd },"
            + " model { kind = mlp, norm = batch }, ";
    assertThat(RunChecks.problems(read(network + "train.batch_size = 8"), schema)).isEmpty();
    assertThat(RunChecks.problems(read(network + "train.batch_size = 7"), schema))
        .singleElement()
        .asString()
        .contains("some of the 4 shards fewer than the 2 rows");
    String parts = "train.batch_size = 8, gradient.accumulate = 2";
    assertThat(RunChecks.problems(read(network + parts), schema)).hasSize(1);
    assertThat(RunChecks.problems(read(network + "train.batch_size = full"), schema)).isEmpty();
  }

  @Test
  void secretsAreNotInTheResolvedRun() throws IOException {
    RunFile run = read(SOUND + "output = \"s3a://user:hunter2@bucket/x\"");
    assertThat(run.output()).contains("hunter2");
    assertThat(run.resolved().toString()).doesNotContain("hunter2");
  }

  @Test
  void aChangedSettingOfTheRowsIsSeenWhateverItsColumnIsNamed() throws IOException {
    String csv = "data.source { format = csv, path = a.csv, types { token = string } }, ";
    String base = csv + "model.kind = logistic, optimizer.kind = adam, init = \"s3a://%s@b/m\"\n";
    RunFile run = read(base.formatted("u:hunter2"));
    assertThat(changes(run, read(base.formatted("u:rotated")))).isEmpty();
    for (String key :
        List.of(
            "columns.token", "columns.password_age", "where", "split.test", "class_weight.pwd")) {
      boolean number = key.startsWith("class");
      String one = "data." + key + "=" + (number ? "2" : "secret = 5");
      String other = "data." + key + "=" + (number ? "3" : "secret = 6");
      assertThat(changes(read(base.formatted("u:1"), one), read(base.formatted("u:2"), other)))
          .singleElement()
          .asString()
          .startsWith("data." + key);
    }
    assertThat(changes(run, read(base.formatted("u:1"), "data.source.types.token=number")))
        .containsExactly("data.source.types.token was \"string\", is \"number\"");
  }

  private static List<String> changes(RunFile was, RunFile is) {
    return Descriptions.of(was, 1, List.of())
        .configurationDifferences(Descriptions.of(is, 1, List.of()));
  }

  @Test
  void tuneIsKeptAndChangesNothing() throws IOException {
    RunFile plain = read(SOUND);
    RunFile tuned = read(SOUND + "tune { space { \"optimizer.x\" = [1] }, trials = 3 }");
    assertThat(tuned.tune().has("trials")).isTrue();
    assertThat(tuned.resolved()).isEqualTo(plain.resolved());
  }

  @Test
  void aFileUriIsReadToo() throws IOException {
    Path file = Files.writeString(folder.resolve("b.conf"), "\uFEFF" + SOUND);
    assertThat(RunFileReader.read(file.toUri().toString(), List.of(), Optional.empty()).name())
        .isEqualTo("b");
  }

  static Stream<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("conf"))) {
      return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList().stream()
          .filter(file -> !file.endsWith("spark-defaults.conf"));
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsAWholeRunFile(Path example) throws IOException {
    String text = Files.readString(example).replace("${LOCKSTEP_DATA}", "\"/data\"");
    RunFileText file = new RunFileText(example.toString(), text, List.of(), Optional.empty());
    boolean study = file.document(List.of()).has("tune");
    RunFile run = study ? StudyFile.read(file).run() : file.settings(); // no teacher is here
    assertThat(run.name()).isEqualTo(example.getFileName().toString().replace(".conf", ""));
  }

  @Test
  void everyListedKindReadsFromItsNameAlone() throws IOException {
    for (String kind : Optimizers.REGISTRY.kinds().keySet()) {
      Optimizer optimizer =
          read(SOUND + "optimizer = null, optimizer { kind = " + kind + " }").optimizer();
      assertThat(Optimizers.REGISTRY.kindOf(optimizer)).isEqualTo(kind);
    }
    for (String format : Sources.REGISTRY.kinds().keySet()) {
      String where =
          switch (format) {
            case "synthetic" -> "";
            case "table" -> ", name = t";
            default -> ", path = p";
          };
      RunFile run =
          read(SOUND + "data.source = null, data.source = { format = " + format + where + " }");
      assertThat(Sources.REGISTRY.kindOf(run.data().source())).isEqualTo(format);
    }
  }
}

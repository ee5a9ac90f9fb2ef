package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Input that cannot be trained on, through the command line: what is told, and what is left. */
class MalformedInputIT {
  private static final String GOOD = "a,b,y\n" + "1,u,0\n2,v,1\n3,u,0\n5,v,1\n8,u,1\n".repeat(4);

  /**
   * An input and its end.
   *
   * @param what in words
   * @param code the exit code
   * @param told what the last line says
   * @param file the name of the input, under the test's folder; a name without a text is not made
   * @param input its bytes
   * @param settings {@code key=value} of the run file
   */
  record Case(
      String what, int code, String told, String file, byte[] input, List<String> settings) {
    static Case of(String what, int code, String told, String text, String... settings) {
      return bytes(what, code, told, "in.csv", text.getBytes(StandardCharsets.UTF_8), settings);
    }

    static Case bytes(
        String what, int code, String told, String file, byte[] input, String... settings) {
      return new Case(what, code, told, file, input, List.of(settings));
    }

    @Override
    public String toString() {
      return what;
    }
  }

  static final List<Case> CASES =
      List.of(
          Case.bytes("no file", 66, "none.csv", "none.csv", new byte[0]),
          Case.bytes("no match", 66, "*.tsv", "*.tsv", new byte[0]),
          Case.bytes("no table in a folder", 66, "hidden", "hidden/_SUCCESS", new byte[] {1}),
          Case.of("an empty file", 66, "in.csv", ""),
          Case.of("a header alone", 66, "in.csv", "a,b,y\n"),
          Case.bytes("a cut gz", 65, "cut or damaged", "in.csv.gz", cut(gzip(GOOD))),
          Case.bytes("no gz", 65, "in.csv.gz", "in.csv.gz", GOOD.getBytes(StandardCharsets.UTF_8)),
          Case.of("a short row", 65, "line 22: has 2 values, must have 3", GOOD + "1,u\n"),
          Case.of("a long row", 65, "line 22: has 4 values", GOOD + "1,u,0,0\n"),
          Case.of("an open quote", 65, "line 22, column b: a quote is opened", GOOD + "1,\"u,0\n"),
          Case.of("text after a quote", 65, "line 22, column b", GOOD + "1,\"u\"x,0\n"),
          Case.of("a repeated header", 65, "line 22: repeats the header", GOOD + "a,b,y\n"),
          Case.of("a column twice", 65, "appears twice", GOOD.replaceFirst("a,b,y", "a,a,y")),
          Case.bytes(
              "no UTF-8",
              65,
              "line 22, column b",
              "in.csv",
              (GOOD + "1,\u00ff,0\n").getBytes(StandardCharsets.ISO_8859_1)),
          Case.of(
              "a line of 1 MB",
              65,
              "line 22: the line is longer than data.source.max_line_bytes",
              GOOD + "1," + "u".repeat(1_000_000) + ",0\n",
              "data.source.max_line_bytes=1000"),
          Case.of(
              "text in a column of numbers",
              65,
              "line 22, column a: \"x\" is not a finite number",
              GOOD + "x,u,0\n",
              "data.source.types.a=number"),
          Case.of(
              "NaN in a column of numbers",
              65,
              "line 22, column a: \"NaN\" is not a finite number",
              GOOD + "NaN,u,0\n",
              "data.source.types.a=number"),
          Case.of(
              "an infinite number",
              65,
              "line 22, column a: \"1e999\" is not a finite number",
              GOOD + "1e999,u,0\n",
              "data.source.types.a=number"),
          Case.of("a label that is not there", 78, "no column z", GOOD, "data.label=z"),
          Case.of("a weight that is not there", 78, "no column w", GOOD, "data.weight=w"),
          Case.of("a feature that is not there", 65, "z", GOOD, "data.features=[{columns=[z]}]"),
          Case.of("one class", 65, "class", GOOD.replace(",1\n", ",0\n")),
          Case.of("three classes", 65, "class", GOOD + "1,u,2\n1,v,2\n2,v,2\n3,v,2\n"),
          Case.of(
              "a missing label",
              65,
              "in.csv, line 22: the label y is missing; leave such rows out",
              GOOD + "1,u,\n",
              "model.kind=linear"),
          Case.of(
              "a label that is no number",
              65,
              "in.csv, line 22: the label y is \"x\", which is no number; this model needs a number",
              GOOD + "1,u,x\n",
              "model.kind=linear"),
          Case.of(
              "a label of classes for a model of numbers",
              65,
              "the label b is \"u\", which is no number; this model needs a number",
              GOOD,
              "model.kind=linear",
              "data.label=b"),
          Case.of(
              "a negative count",
              65,
              "in.csv, line 22: the label y is -1.0; it must be a finite number from 0",
              GOOD + "1,u,-1\n",
              "model.kind=poisson"),
          Case.of(
              "a negative weight",
              65,
              "in.csv, line 22: the weight a is -1.0; it must be a finite number from 0",
              GOOD + "-1,u,1\n",
              "data.weight=a"),
          Case.of(
              "a weight that is no number",
              65,
              "in.csv, line 22: the weight a is \"x\", which is no number; it must be a number",
              GOOD + "x,u,1\n",
              "data.weight=a"),
          Case.of(
              "an offset that is no number",
              65,
              "in.csv, line 22: the offset a is \"x\", which is no number; it must be a number",
              GOOD + "x,u,1\n",
              "data.offset=a"),
          Case.of(
              "a weight of a class that no row has",
              65,
              "no row has the class frauds of data.class_weight: did you mean fraud?",
              GOOD,
              "data.columns.kind=\"if(y > 0, 'fraud', 'fine')\"",
              "data.label=kind",
              "data.class_weight.frauds=5"),
          Case.of(
              "a weight of a class unlike any",
              65,
              "no row has the class fraud of data.class_weight: known are 0, 1",
              GOOD,
              "data.class_weight.fraud=5"),
          Case.of("no row that is wanted", 65, "row", GOOD, "data.where=a > 100"),
          Case.of("a condition that is no SQL", 78, "data.where", GOOD, "data.where=a >"),
          Case.of("a condition on no column", 78, "z", GOOD, "data.where=z > 1"),
          Case.of("a volatile condition", 78, "rand", GOOD, "data.where=rand() > 0.5"),
          Case.of(
              "an exploding loss",
              80,
              "step",
              GOOD,
              "model.kind=linear",
              "optimizer.kind=sgd",
              "optimizer.learning_rate=1e30",
              "train.epochs=50"));

  @TempDir private Path folder;

  @ParameterizedTest
  @FieldSource("CASES")
  void isToldInOneSentenceAndNothingIsLost(Case bad) throws IOException {
    Path input = folder.resolve(bad.file());
    if (bad.input().length > 0 || bad.file().equals("in.csv")) {
      Files.createDirectories(input.getParent());
      Files.write(input, bad.input());
    }
    Path source = bad.file().contains("/") ? input.getParent() : input;
    Path runFile = folder.resolve("run.conf");
    Files.writeString(
        runFile,
        """
        data { source { format = csv, path = "%s" }, label = y, split { validation = 0, test = 0 } }
        model { kind = logistic }
        optimizer { kind = lbfgs }
        train.epochs = 5
        output = "%s"
        """
            .formatted(source, folder.resolve("out")));
    Map<Path, String> before = files();
    CommandLineRun run = CommandLineRun.of(words(runFile, bad.settings()));
    assertThat(run.code()).as(run.text()).isEqualTo(bad.code());
    assertThat(run.last()).startsWith("lockstep: error: ").contains(bad.told());
    assertThat(run.text()).doesNotContain("\tat ", "Exception");
    Map<Path, String> after = files();
    assertThat(after).containsAllEntriesOf(before);
    after.keySet().removeAll(before.keySet());
    assertThat(after.keySet()).allMatch(path -> path.startsWith(folder.resolve("out")));
    assertThat(folder.resolve("out/model")).doesNotExist();
    assertThat(folder.resolve("out/result.json")).doesNotExist();
    assertThat(bad.code() == 80 || !Files.exists(folder.resolve("out/checkpoints"))).isTrue();
  }

  @Test
  void resultsBeyondSparksLimitAreRefusedBeforeTheFirstStepWithTheirSumAndTheSetting()
      throws IOException {
    Path runFile = folder.resolve("run.conf");
    Files.writeString(
        runFile,
        """
        data {
          source { format = synthetic, rows = 400, features = 600000, density = 1.0e-5 }
          features = [{ columns = [features], encode = none }]
          shards = 4
        }
        model { kind = logistic }
        optimizer { kind = sgd }
        engine { kind = job }
        output = "%s"
        """
            .formatted(folder.resolve("out")));
    CommandLineRun run =
        CommandLineRun.with(Map.of("spark.driver.maxResultSize", "4m"), words(runFile, List.of()));
    assertThat(run.code()).as(run.text()).isEqualTo(78);
    assertThat(run.last())
        .contains("results of a round would take 4.6 MiB", "raise spark.driver.maxResultSize");
    assertThat(run.text()).doesNotContain("\tat ", "Exception");
    assertThat(folder.resolve("out/checkpoints")).doesNotExist();
    assertThat(folder.resolve("out/metrics")).doesNotExist();
  }

  /** Rows that are one vector column as it is are read in another way. */
  @Test
  void textInALabelBesideVectorsIsToldToo() throws IOException {
    Path runFile = folder.resolve("run.conf");
    Files.writeString(
        runFile,
        """
        data {
          source { format = synthetic, task = binary, rows = 100, features = 3 }
          columns { kind = "if(label = 1, 'x', '2.5')" }
          label = kind
          features = [{ columns = [features], encode = none }]
        }
        model { kind = linear }
        optimizer { kind = lbfgs }
        output = "%s"
        """
            .formatted(folder.resolve("out")));
    CommandLineRun run = CommandLineRun.of(words(runFile, List.of()));
    assertThat(run.code()).as(run.text()).isEqualTo(65);
    assertThat(run.last()).contains("the label kind is \"x\", which is no number");
    String mended = "data.columns.kind=\"if(label = 1, '1', '2.5')\"";
    CommandLineRun sound =
        CommandLineRun.of(words(runFile, List.of(mended, "output=" + folder.resolve("two"))));
    assertThat(sound.code()).as(sound.text()).isZero();
  }

  private static String[] words(Path runFile, List<String> settings) {
    return Stream.concat(
            Stream.of("train", runFile.toString(), "--master", "local[2]"),
            settings.stream().flatMap(setting -> Stream.of("--set", setting)))
        .toArray(String[]::new);
  }

  /** Every file with its bytes as text. */
  private Map<Path, String> files() {
    Map<Path, String> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.filter(Files::isRegularFile).toList()) {
        files.put(path, Files.readString(path, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] cut(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length - 9);
  }
}

package dev.lockstep.spark.source;

import static dev.lockstep.spark.source.SourceFixture.DROP;
import static dev.lockstep.spark.source.SourceFixture.FAIL;
import static dev.lockstep.spark.source.SourceFixture.csv;
import static dev.lockstep.spark.source.SourceFixture.gzip;
import static dev.lockstep.spark.source.SourceFixture.rows;
import static dev.lockstep.spark.source.SourceFixture.session;
import static dev.lockstep.spark.source.SourceFixture.withSplits;
import static dev.lockstep.spark.source.SourceFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.source.Source.InputFile;
import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.spark.source.Source.SourceRows;
import dev.lockstep.spark.source.Tokenizer.Unit;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.util.NativeCodeLoader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvErrorsIT {
  @TempDir Path folder;

  private static Csv typed(Path path, Map<String, ColumnType> types, List<String> nulls) {
    return new Csv(
        path.toString(),
        Optional.of(true),
        List.of(),
        ",",
        "\"",
        "",
        "#",
        nulls,
        false,
        false,
        types,
        0,
        64);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,2           | line 4: has 2 values, must have 3 (a, b, c)",
        "1,2,3,4       | line 4: has 4 values",
        "1,\"2,3       | line 4, column b: a quote is opened",
        "1,\"2\"x,3    | line 4, column b: text follows a closing quote",
        "a,b,c         | line 4: repeats the header",
        "1,NaN,3       | line 4, column b: \"NaN\" is not a finite number",
        "1,1e400,3     | line 4, column b: \"1e400\" is not a finite number",
        "x,2,3         | line 4, column a: \"x\" is not a finite number",
        "1,2,\u00FF    | line 4, column c",
        "1,2,ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"
            + " | line 4: the line is longer than data.source.max_line_bytes = 64",
      })
  void aMalformedRowIsNamedOrDroppedAndCounted(String bad, String message) {
    String good = "a,b,c\r\n1,2,x\r\n# comment\r\n";
    String text = good + bad + "\r\n4,5,y\r\n";
    Path file = write(folder.resolve("a.csv"), text.getBytes(StandardCharsets.ISO_8859_1));
    Csv source = typed(file, Map.of("a", ColumnType.NUMBER), List.of(""));
    assertThatThrownBy(() -> source.open(session(), FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ", " + message);
    for (long bytes : new long[] {9, 1 << 20}) {
      SourceRows dropped = withSplits(bytes, () -> source.open(session(), DROP));
      assertThat(dropped.badRows().count()).isEqualTo(1);
      assertThat(rows(dropped))
          .hasSize(2)
          .anyMatch(row -> row.startsWith("[1.0,2.0,x,"))
          .anyMatch(row -> row.startsWith("[4.0,5.0,y,"));
    }
  }

  @Test
  void aNullMarkerMakesNotANumberMissing() {
    Path file = write(folder.resolve("a.csv"), "a\n1\nNaN\n?\n\"?\"\n");
    assertThat(rows(typed(file, Map.of(), List.of("NaN", "?"))))
        .filteredOn(row -> row.startsWith("[null,"))
        .hasSize(3);
  }

  @Test
  void theFirstBadRowIsNamedWhateverTheSplits() {
    StringBuilder text = new StringBuilder("a,b\n");
    for (int i = 2; i <= 400; i++) {
      text.append(i == 123 || i == 250 || i == 390 ? "1\n" : "1,2\n");
    }
    Path file = write(folder.resolve("a.csv"), text.toString());
    for (long bytes : new long[] {50, 500, 1 << 20}) {
      assertThatThrownBy(() -> withSplits(bytes, () -> csv(file).open(session(), FAIL)))
          .hasMessageContaining("line 123: has 1 values");
      assertThat(withSplits(bytes, () -> csv(file).open(session(), DROP)).badRows().count())
          .isEqualTo(3);
    }
  }

  @Test
  void aCutGzipIsNamed() {
    byte[] whole = gzip("a,b\n" + "1,2\n3,44\n".repeat(5000));
    for (int length : new int[] {whole.length - 1, whole.length - 8, whole.length / 2, 12}) {
      Path file = write(folder.resolve("cut.csv.gz"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> csv(file).open(session(), FAIL))
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(file + ": the compressed file is cut or damaged");
    }
    Path file = write(folder.resolve("plain.csv.gz"), "a,b\n1,2\n");
    assertThatThrownBy(() -> csv(file).open(session(), FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file.toString());
  }

  @Test
  void aCompressionThatHadoopCannotReadHereIsNamed() {
    Assumptions.assumeFalse(
        NativeCodeLoader.isNativeCodeLoaded(), "needs a Hadoop without its native library");
    Path file = write(folder.resolve("a.csv.zst"), "a,b\n1,2\n");
    Source windows = new Windows(file.toString(), Unit.CHARACTERS, 1, Optional.empty(), 0, 1);
    for (Source source : List.of(csv(file), new Text(file.toString(), 64), windows)) {
      assertThatThrownBy(() -> source.open(session(), FAIL))
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(file + ": is compressed as .zst, which this Hadoop cannot read");
    }
  }

  @Test
  void missingAndEmptyInputsAreNamed() {
    Path missing = folder.resolve("none.csv");
    Path empty = write(folder.resolve("empty.csv"), "");
    Path header = write(folder.resolve("header.csv"), "a,b\n");
    Path hidden = write(folder.resolve("hidden/_SUCCESS"), "").getParent();
    for (Path path : List.of(missing, empty, header, hidden, folder.resolve("*.tsv"))) {
      assertThatThrownBy(() -> csv(path).open(session(), FAIL))
          .isInstanceOf(InputMissingException.class)
          .hasMessageContaining(path.toString());
    }
  }

  @Test
  void headersMustAgree() {
    write(folder.resolve("d/1.csv"), "a,b\n1,2\n");
    Path second = write(folder.resolve("d/2.csv"), "b,a\n1,2\n");
    assertThatThrownBy(() -> csv(folder.resolve("d")).open(session(), FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(second + ": the header is b, a, must be as in");
    Path twice = write(folder.resolve("e/1.csv"), "a,A\n1,2\n");
    assertThatThrownBy(() -> csv(twice).open(session(), FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("appears twice");
  }

  @Test
  void aChangedInputIsRefusedAtOpeningAndInTheTasks() throws Exception {
    Path file = write(folder.resolve("a.csv"), "a,b\n1,2\n");
    SourceRows opened = csv(file).open(session(), FAIL);
    List<InputFile> before = opened.files();
    Files.setLastModifiedTime(file, FileTime.fromMillis(before.get(0).modifiedMillis() + 5000));
    assertThatThrownBy(() -> opened.rows().count())
        .hasStackTraceContaining("has changed since this run began: it had 8 bytes, modified 20");
    assertThatThrownBy(() -> csv(file).open(session(), new SourceRequest(false, before, List.of())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.csv had 8 bytes, modified 20")
        .hasMessageContaining("has changed since this run began");
    write(folder.resolve("d/1.csv"), "a\n1\n");
    SourceRequest other =
        new SourceRequest(false, csv(folder.resolve("d")).open(session(), FAIL).files(), List.of());
    write(folder.resolve("d/2.csv"), "a\n1\n");
    assertThatThrownBy(() -> csv(folder.resolve("d")).open(session(), other))
        .hasMessageContaining("2.csv is new");
  }

  @Test
  void anUnknownColumnIsNamedWithTheKnownOnes() {
    Path file = write(folder.resolve("a.csv"), "a,b\n1,2\n");
    assertThatThrownBy(
            () -> csv(file).open(session(), new SourceRequest(false, List.of(), List.of("c"))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has no column c; it has a, b");
  }
}

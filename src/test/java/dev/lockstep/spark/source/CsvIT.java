package dev.lockstep.spark.source;

import static dev.lockstep.spark.source.SourceFixture.csv;
import static dev.lockstep.spark.source.SourceFixture.gzip;
import static dev.lockstep.spark.source.SourceFixture.rows;
import static dev.lockstep.spark.source.SourceFixture.session;
import static dev.lockstep.spark.source.SourceFixture.types;
import static dev.lockstep.spark.source.SourceFixture.withSplits;
import static dev.lockstep.spark.source.SourceFixture.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.spark.source.Source.SourceRows;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvIT {
  @TempDir Path folder;

  @Test
  void columnsOfNumbersAreDoublesAndOthersStrings() {
    Path file = write(folder.resolve("a.csv"), "n,s,m\n1,x,\n-2.5e1,3,4\n");
    assertThat(types(csv(file))).containsExactly("n:double", "s:string", "m:double");
    assertThat(rows(csv(file)))
        .containsExactly("[-25.0,3,4.0,a.csv,11,0]", "[1.0,x,null,a.csv,6,0]");
  }

  @Test
  void identityDoesNotDependOnTheSplits() {
    StringBuilder text = new StringBuilder("n,s\r\n");
    for (int i = 0; i < 500; i++) {
      text.append(i).append(",\"v, ").append("é".repeat(i % 7)).append("\"\r\n");
    }
    Path file = write(folder.resolve("a.csv"), text.toString());
    List<String> whole = rows(csv(file));
    assertThat(whole).hasSize(500);
    for (long bytes : new long[] {101, 1021, 4096}) {
      assertThat(withSplits(bytes, () -> rows(csv(file)))).isEqualTo(whole);
    }
    Path zipped = write(folder.resolve("z/a.csv.gz"), gzip(text.toString()));
    assertThat(rows(csv(zipped)).stream().map(row -> row.replace(".gz", "")).toList())
        .isEqualTo(whole);
  }

  @Test
  void everyByteMayBeACut() {
    Path file = write(folder.resolve("a.csv"), "n\r\n1\r\n22\r\n\r\n333\n4\r5\r\n6");
    List<String> whole = rows(csv(file));
    assertThat(whole)
        .containsExactlyInAnyOrder(
            "[1.0,a.csv,3,0]",
            "[22.0,a.csv,6,0]",
            "[333.0,a.csv,12,0]",
            "[4.0,a.csv,16,0]",
            "[5.0,a.csv,18,0]",
            "[6.0,a.csv,21,0]");
    for (long bytes = 1; bytes <= 5; bytes++) {
      assertThat(withSplits(bytes, () -> rows(csv(file)))).isEqualTo(whole);
    }
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstName() {
    Path file = write(folder.resolve("a.csv"), "\uFEFFn,s\n1,x\n");
    assertThat(types(csv(file))).containsExactly("n:double", "s:string");
    assertThat(rows(csv(file))).containsExactly("[1.0,x,a.csv,7,0]");
  }

  @Test
  void directoriesAndGlobsAreReadRelativeToTheirRoot() {
    write(folder.resolve("d/2013/b.csv"), "n\n2\n");
    write(folder.resolve("d/2012/a.csv"), "n\n1\n");
    write(folder.resolve("d/2012/empty.csv"), "");
    write(folder.resolve("d/_SUCCESS"), "");
    write(folder.resolve("d/.a.csv.crc"), "x");
    List<String> all = List.of("[1.0,2012/a.csv,2,0]", "[2.0,2013/b.csv,2,0]");
    assertThat(rows(csv(folder.resolve("d")))).isEqualTo(all);
    assertThat(rows(csv(folder.resolve("d/20*/[a-d]*.csv")))).isEqualTo(all);
    assertThat(rows(csv(folder.resolve("d/*")))).isEqualTo(all);
    assertThat(rows(csv(folder.resolve("d/2012/*.csv")))).containsExactly("[1.0,a.csv,2,0]");
    assertThat(csv(folder.resolve("d")).open(session(), SourceFixture.FAIL).files())
        .extracting(Source.InputFile::path)
        .containsExactly("2012/a.csv", "2012/empty.csv", "2013/b.csv");
  }

  @Test
  void dialectsAreRead() {
    Path file = write(folder.resolve("a.txt"), "junk\n%c\n 1 ; 'it\\'s; so' ;?\n2;' x';b\n\n");
    Csv source =
        new Csv(
            file.toString(),
            Optional.empty(),
            List.of("n", "s", "t"),
            ";",
            "'",
            "\\",
            "%",
            List.of("?"),
            true,
            false,
            Map.of("n", ColumnType.STRING),
            1,
            1 << 20);
    assertThat(rows(source)).containsExactly("[1,it's; so,null,a.txt,8,0]", "[2, x,b,a.txt,28,0]");
  }

  @Test
  void doubledQuotesStandForOne() {
    Path file = write(folder.resolve("a.csv"), "s,t\n\"a\"\"b\",5\" disk\n\"\"\"\",\"x,y\"\n");
    assertThat(rows(csv(file))).containsExactly("[\",x,y,a.csv,19,0]", "[a\"b,5\" disk,a.csv,4,0]");
  }

  @Test
  void quotedValuesMayHoldLineEnds() {
    Path file =
        write(folder.resolve("a.csv"), "n,s\n1,\"one\r\ntwo\"\n2,\"\"\"x\"\"\n\ny\"\n3,z\n");
    Csv d = csv(file);
    Csv source =
        new Csv(
            d.path(),
            d.header(),
            d.names(),
            ",",
            "\"",
            "",
            "",
            List.of(""),
            false,
            true,
            Map.of(),
            0,
            1 << 20);
    List<String> rows = withSplits(3, () -> rows(source));
    assertThat(rows)
        .containsExactly(
            "[1.0,one\ntwo,a.csv,4,0]", "[2.0,\"x\"\n\ny,a.csv,17,0]", "[3.0,z,a.csv,30,0]");
  }

  @Test
  void onlyTheAskedColumnsAreReadInTheAskedOrder() {
    Path file = write(folder.resolve("a.csv"), "a,b,c\n1,2,3\n");
    SourceRequest request = new SourceRequest(false, List.of(), List.of("c", "a"));
    assertThat(rows(csv(file).open(session(), request))).containsExactly("[3.0,1.0,a.csv,6,0]");
  }

  @Test
  void rowsReadLaterTakeTheTypesOfTheFirstOnes() {
    Path file = write(folder.resolve("a.csv"), "code,n\n007,\n8,\n");
    SourceRequest request =
        new SourceRequest(
            false,
            List.of(),
            List.of(),
            Map.of("code", ColumnType.STRING, "n", ColumnType.STRING, "other", ColumnType.NUMBER));
    assertThat(rows(csv(file).open(session(), request)))
        .containsExactly("[007,null,a.csv,7,0]", "[8,null,a.csv,12,0]");
  }

  @Test
  void theTextOfColumnsStandsBesideTheirValues() {
    Path file = write(folder.resolve("a.csv"), "code,n\n007,1.50\n,\"2\"\n");
    SourceRequest request =
        new SourceRequest(
            false,
            List.of(),
            List.of("code"),
            Map.of(),
            Long.MAX_VALUE,
            List.of("n", "other", "code"),
            false);
    SourceRows opened = csv(file).open(session(), request);
    assertThat(opened.rows().columns())
        .startsWith("code", Identity.text("n"), Identity.text("code"));
    assertThat(rows(opened))
        .containsExactly("[7.0,1.50,007,a.csv,7,0]", "[null,2,null,a.csv,16,0]");
  }

  @Test
  void withoutAHeaderColumnsAreNumbered() {
    Path file = write(folder.resolve("a.csv"), "1,x\n2,y\n");
    Csv d = csv(file);
    Csv source =
        new Csv(
            d.path(),
            Optional.of(false),
            List.of(),
            ",",
            "",
            "",
            "",
            List.of(),
            false,
            false,
            Map.of(),
            0,
            1 << 20);
    assertThat(types(source)).containsExactly("c0:double", "c1:string");
  }
}

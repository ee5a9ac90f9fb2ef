package dev.lockstep.spark.source;

import static dev.lockstep.spark.source.SourceFixture.DROP;
import static dev.lockstep.spark.source.SourceFixture.FAIL;
import static dev.lockstep.spark.source.SourceFixture.gzip;
import static dev.lockstep.spark.source.SourceFixture.rows;
import static dev.lockstep.spark.source.SourceFixture.session;
import static dev.lockstep.spark.source.SourceFixture.types;
import static dev.lockstep.spark.source.SourceFixture.withSplits;
import static dev.lockstep.spark.source.SourceFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.spark.source.Source.SourceRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormatsIT {
  @TempDir Path folder;

  private static Libsvm libsvm(Path path, int features) {
    Optional<Integer> size = features == 0 ? Optional.empty() : Optional.of(features);
    return new Libsvm(path.toString(), size, Lines.MAX_LINE_BYTES);
  }

  private static Json json(Path path) {
    return new Json(path.toString(), Map.of(), Lines.MAX_LINE_BYTES);
  }

  @Test
  void libsvmKeepsLabelsAndTakesTheLargestIndex() {
    String text = "-1 1:0.5 3:2\n# note\n+1.0 2:0 5:1e1 # tail\n\n1\n";
    Path file = write(folder.resolve("a.gz"), gzip(text));
    List<String> expected =
        List.of(
            "[-1.0,(5,[0,2],[0.5,2.0]),a.gz,0,0]",
            "[1.0,(5,[1,4],[0.0,10.0]),a.gz,20,0]",
            "[1.0,(5,[],[]),a.gz,43,0]");
    assertThat(rows(libsvm(file, 0))).containsExactlyInAnyOrderElementsOf(expected);
    Path plain = write(folder.resolve("b"), text);
    assertThat(withSplits(7, () -> rows(libsvm(plain, 9))))
        .hasSize(3)
        .allMatch(row -> row.contains("(9,["));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 0:1      | line 2, column features: \"0:1\" must be index:value",
        "1 3:1 3:2  | line 2, column feature 3: \"3:2\" must be above the index before it, 3",
        "1 x        | line 2, column features: \"x\" must be index:value",
        "1 2:nan    | line 2, column feature 2: \"2:nan\" must be index:value with a finite",
        "yes 2:1    | line 2, column label: \"yes\" must be a finite number",
        "1 5:1      | line 2, column feature 5: \"5:1\" must be at most data.source.features = 4",
      })
  void aMalformedLibsvmRowIsNamedOrDropped(String bad, String message) {
    Path file = write(folder.resolve("a"), "1 1:1\n" + bad + "\n-1 2:1\n");
    assertThatThrownBy(() -> libsvm(file, 4).open(session(), FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ", " + message);
    SourceRows dropped = libsvm(file, 4).open(session(), DROP);
    assertThat(dropped.badRows().count()).isEqualTo(1);
    assertThat(rows(dropped)).hasSize(2);
  }

  @Test
  void jsonColumnsComeFromAllRows() {
    Path file =
        write(
            folder.resolve("a.json"),
            "{\"n\":1,\"s\":\"x\"}\n{\"b\":true,\"n\":null}\n{\"s\":2,\"n\":2.5}\n");
    assertThat(types(json(file))).containsExactly("n:double", "s:string", "b:string");
    assertThat(withSplits(10, () -> rows(json(file))))
        .isEqualTo(rows(json(file)))
        .containsExactlyInAnyOrder(
            "[1.0,x,null,a.json,0,0]", "[null,null,true,a.json,16,0]", "[2.5,2,null,a.json,36,0]");
    SourceRequest some = new SourceRequest(false, List.of(), List.of("b"));
    assertThat(rows(json(file).open(session(), some))).contains("[true,a.json,16,0]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"n\":{\"m\":1}}    | line 2, column n: is nested",
        "{\"n\":1,\"n\":2}    | line 2, column n: is not valid JSON (Duplicate",
        "{\"n\":1             | line 2, column n: is not valid JSON (Unexpected end-of-input)",
        "[1,2]                | line 2: begins with [, must be one JSON object a line",
        "{\"n\":1} {\"n\":2}  | line 2: holds more than one JSON object",
        "{\"n\":NaN}          | line 2: is not valid JSON (Non-standard token 'NaN')",
        "{\"n\":1e999}        | line 2, column n: \"1e999\" is not a finite number",
      })
  void aMalformedJsonRowIsNamedOrDropped(String bad, String message) {
    Path file = write(folder.resolve("a.json"), "{\"n\":1}\n" + bad + "\n{\"n\":3}\n");
    assertThatThrownBy(() -> json(file).open(session(), FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ", " + message);
    SourceRows dropped = json(file).open(session(), DROP);
    assertThat(dropped.badRows().count()).isEqualTo(1);
    assertThat(rows(dropped)).hasSize(2);
  }

  @Test
  void textIsOneColumn() {
    Path file = write(folder.resolve("a.txt"), "one, \"two\n\nüç\n");
    Text source = new Text(file.toString(), Lines.MAX_LINE_BYTES);
    assertThat(rows(source)).containsExactly("[one, \"two,a.txt,0,0]", "[üç,a.txt,11,0]");
    Path bad = write(folder.resolve("b.txt"), new byte[] {'x', '\n', (byte) 0xC3, '\n'});
    assertThatThrownBy(() -> new Text(bad.toString(), 100).open(session(), FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(bad + ", line 2, column text: is not UTF-8");
  }

  private Dataset<Row> frame(int copies) {
    Dataset<Row> frame = session().range(0, 1000, 1, 3).selectExpr("id % 250 as a", "'x' as `b c`");
    return frame.repartition(copies);
  }

  @Test
  void parquetRowsAreIdentifiedByFileAndNumber() {
    Path path = folder.resolve("it's 100% p");
    frame(3).write().partitionBy("b c").parquet(path.toString());
    List<String> rows = rows(new Parquet(path.toString()));
    assertThat(rows).hasSize(1000).doesNotHaveDuplicates();
    assertThat(rows).allMatch(row -> row.contains(",x,b%20c=x/part-"));
    session().conf().set("spark.sql.files.maxPartitionBytes", "1000");
    try {
      assertThat(rows(new Parquet(path.toString()))).isEqualTo(rows);
    } finally {
      session().conf().unset("spark.sql.files.maxPartitionBytes");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"orc", "avro"})
  void equalRowsAreTellableByTheirOccurrence(String format) {
    String column = format.equals("avro") ? "b" : "b c";
    Path one = folder.resolve("one");
    Path many = folder.resolve("many");
    frame(1).withColumnRenamed("b c", column).write().format(format).save(one.toString());
    frame(5).withColumnRenamed("b c", column).write().format(format).save(many.toString());
    Source first = format.equals("orc") ? new Orc(one.toString()) : new Avro(one.toString());
    Source second = format.equals("orc") ? new Orc(many.toString()) : new Avro(many.toString());
    assertThat(rows(first)).hasSize(1000).doesNotHaveDuplicates().isEqualTo(rows(second));
  }

  @Test
  void tablesAreReadFromTheCatalog() {
    frame(2).createOrReplaceTempView("some_rows");
    assertThat(rows(new Table("some_rows"))).hasSize(1000).doesNotHaveDuplicates();
    SourceRequest some = new SourceRequest(false, List.of(), List.of("b c"));
    assertThat(new Table("some_rows").open(session(), some).rows().columns())
        .containsExactly("b c", Identity.FILE, Identity.POSITION, Identity.HASH);
    assertThatThrownBy(() -> new Table("nothing").open(session(), FAIL))
        .isInstanceOf(InputMissingException.class)
        .hasMessageContaining("nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "orc", "avro"})
  void aFileThatChangesWhileARunGoesOnIsAnErrorOfTheTaskThatReadsIt(String format)
      throws IOException {
    Path path = folder.resolve("some data");
    frame(2).withColumnRenamed("b c", "b").write().format(format).save(path.toString());
    Source source =
        switch (format) {
          case "parquet" -> new Parquet(path.toString());
          case "orc" -> new Orc(path.toString());
          default -> new Avro(path.toString());
        };
    Dataset<Row> rows = source.open(session(), FAIL).rows();
    assertThat(rows.select("*").collectAsList()).hasSize(1000);
    Path part;
    try (Stream<Path> files = Files.list(path)) {
      part = files.filter(f -> f.getFileName().toString().startsWith("part")).findAny().get();
    }
    FileTime before = Files.getLastModifiedTime(part);
    Files.setLastModifiedTime(part, FileTime.fromMillis(before.toMillis() + 2000));
    assertThatThrownBy(() -> rows.select("*").collectAsList())
        .hasStackTraceContaining("DataException: " + part + " has changed since this run began");
    Files.setLastModifiedTime(part, before);
    assertThat(rows.select("*").collectAsList()).hasSize(1000);
  }

  @Test
  void parquetSchemasAreThoseThatSparkInfersAndMerges() {
    Dataset<Row> typed =
        session()
            .range(0, 40, 1, 3)
            .selectExpr(
                "id as `a b`",
                "cast(id as decimal(9,2)) as d",
                "array(named_struct('x', id)) as s",
                "if(id % 2 = 0, null, timestamp '2020-01-01 00:00:00') as t");
    for (Dataset<Row> other : List.of(typed, typed.withColumn("more", typed.col("d")))) {
      String path = folder.resolve("merged" + other.columns().length).toString();
      typed.write().parquet(path);
      other.write().mode("append").parquet(path);
      Dataset<Row> found = new Parquet(path).open(session(), FAIL).rows();
      StructType wanted = session().read().option("mergeSchema", "true").parquet(path).schema();
      assertThat(found.select(columns(wanted)).schema()).isEqualTo(wanted);
      assertThat(found.count()).isEqualTo(80);
    }
  }

  @Test
  void footersOfManyFilesAreReadByTasks() {
    String path = folder.resolve("many").toString();
    session().range(0, 700, 1, 70).write().parquet(path);
    List<String> rows = rows(new Parquet(path));
    assertThat(rows).hasSize(700).doesNotHaveDuplicates();
    session().range(0, 7, 1, 1).selectExpr("id", "id as more").write().mode("append").parquet(path);
    SourceRows opened = new Parquet(path).open(session(), FAIL);
    assertThat(opened.files()).hasSize(71);
    assertThat(opened.count()).isEqualTo(707);
    assertThat(opened.rows().columns()).contains("id", "more");
    assertThat(opened.rows().count()).isEqualTo(707);
  }

  private static Column[] columns(StructType type) {
    return Arrays.stream(type.fieldNames())
        .map(name -> functions.col("`" + name + "`"))
        .toArray(Column[]::new);
  }

  @Test
  void aDamagedParquetFileIsNamed() {
    Path file = write(folder.resolve("p/a.parquet"), "PAR1 but no more PAR1");
    assertThatThrownBy(() -> new Parquet(file.toString()).open(session(), FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file.toString());
  }
}

package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.app.AwayFiles.Fault;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.source.Avro;
import dev.lockstep.spark.source.Csv;
import dev.lockstep.spark.source.Json;
import dev.lockstep.spark.source.Libsvm;
import dev.lockstep.spark.source.Orc;
import dev.lockstep.spark.source.Parquet;
import dev.lockstep.spark.source.Source;
import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.spark.source.Text;
import dev.lockstep.spark.source.Tokenizer.Unit;
import dev.lockstep.spark.source.Windows;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.util.LineReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes where data is read from a storage that fails, and where the data itself is bad. */
class StorageFailuresIT {
  private static final SourceRequest ALL = new SourceRequest(false, List.of(), List.of());
  private static final Fault NONE = () -> {};
  private static final Fault AWAY =
      () -> {
        throw new ConnectException("no name node");
      };
  private static final Fault LOCKED =
      () -> {
        throw new FileNotFoundException("/in/a.csv (Permission denied)");
      };
  private static final Fault GONE =
      () -> {
        throw new FileNotFoundException("/in/a.csv (No such file or directory)");
      };
  private static final Fault DENIED =
      () -> {
        throw new AccessControlException("Permission denied: user=nobody, access=READ");
      };

  @TempDir Path folder;

  private static SparkSession session() {
    return LocalSpark.session();
  }

  @BeforeEach
  void know() {
    session()
        .sparkContext()
        .hadoopConfiguration()
        .set(AwayFiles.SETTING, AwayFiles.class.getName());
  }

  @AfterEach
  void heal() {
    AwayFiles.fail(NONE, NONE);
  }

  private Source written(String format, int files) {
    Dataset<Row> rows = session().range(0, 2L * files, 1, files).toDF();
    switch (format) {
      case "libsvm" -> rows.selectExpr("concat(id, ' 1:2')").write().text(folder + "/in");
      case "text", "windows" -> rows.selectExpr("cast(id as string)").write().text(folder + "/in");
      default -> rows.write().format(format).save(folder + "/in");
    }
    return source(format, "away:" + folder + "/in");
  }

  private static Source source(String format, String path) {
    return switch (format) {
      case "parquet" -> new Parquet(path);
      case "orc" -> new Orc(path);
      case "avro" -> new Avro(path);
      case "csv" -> csv(path);
      case "libsvm" -> new Libsvm(path, Optional.empty(), 1 << 20);
      case "json" -> new Json(path, Map.of(), 1 << 20);
      case "text" -> new Text(path, 1 << 20);
      default -> new Windows(path, Unit.CHARACTERS, 1, Optional.of(1), 0, 1);
    };
  }

  private static Source csv(String path) {
    List<String> none = List.of();
    Optional<Boolean> headless = Optional.of(false);
    return new Csv(
        path, headless, none, ",", "\"", "", "", none, false, false, Map.of(), 0, 1 << 20);
  }

  private static int code(Source source) {
    return Failure.of(catchThrowable(() -> source.open(session(), ALL))).code().code();
  }

  @ParameterizedTest
  @CsvSource({
    "parquet, 2",
    "parquet, 65",
    "orc, 2",
    "avro, 2",
    "csv, 2",
    "libsvm, 2",
    "json, 2",
    "text, 2"
  })
  void aStorageThatIsAwayOrRefusesIsNotTheFaultOfTheData(String format, int files) {
    Source source = written(format, files);
    assertThat(source.open(session(), ALL).count()).isEqualTo(2L * files);
    AwayFiles.fail(NONE, AWAY);
    assertThat(code(source)).isEqualTo(74);
    AwayFiles.fail(NONE, DENIED);
    assertThat(code(source)).isEqualTo(77);
    AwayFiles.fail(AWAY, NONE);
    assertThat(code(source)).isEqualTo(74);
    AwayFiles.fail(DENIED, NONE);
    assertThat(code(source)).isEqualTo(77);
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "libsvm", "json", "text", "windows"})
  void aLocalFileThatMayNotBeOpenedIsToldApartFromOneThatIsGone(String format) {
    Source source = written(format, 1);
    AwayFiles.fail(NONE, LOCKED);
    assertThat(code(source)).isEqualTo(77);
    AwayFiles.fail(NONE, GONE);
    assertThat(code(source)).isEqualTo(65);
  }

  @Test
  void storageThatFailsWhileRowsAreReadIsNotTheFaultOfTheData() {
    Dataset<Row> rows = written("csv", 1).open(session(), ALL).rows();
    AwayFiles.fail(NONE, AWAY);
    assertThat(Failure.of(catchThrowable(rows::count)).code().code()).isEqualTo(74);
  }

  @Test
  void aLineWithoutEndIsBadData() {
    IOException endless = new IOException("Too many bytes before newline: 2147483648");
    endless.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement(LineReader.class.getName(), "readDefaultLine", "LineReader.java", 1)
        });
    AwayFiles.fail(
        NONE,
        () -> {
          throw endless;
        });
    assertThat(code(written("csv", 1))).isEqualTo(65);
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "orc", "avro"})
  void filesOfNoneCutOrDamagedAreBadData(String format) throws IOException {
    Source source = written(format, 1);
    Path file;
    try (var all = Files.list(folder.resolve("in"))) {
      file = all.filter(f -> f.getFileName().toString().startsWith("part")).findAny().get();
    }
    byte[] whole = Files.readAllBytes(file);
    byte[] none = new byte[0];
    byte[] cut = Arrays.copyOf(whole, whole.length / 2);
    byte[] other = "a,b\n1,2\n3,4\n5,6\n7,8\n9,0\n".getBytes();
    byte[] footless = whole.clone();
    Arrays.fill(footless, whole.length - 40, whole.length - 8, (byte) 0xFF);
    for (byte[] bytes : List.of(cut, other, footless, none)) {
      Files.write(file, bytes);
      assertThat(code(source)).as("%d bytes", bytes.length).isIn(65, 66);
    }
  }

  @Test
  void errorsStayErrorsAndNoFooterIsReadAfterwards() throws IOException {
    Source source = written("parquet", 3);
    try (var all = Files.list(folder.resolve("in"))) {
      Path file = all.filter(f -> f.getFileName().toString().startsWith("part")).findAny().get();
      Files.move(file, file.resolveSibling("slow.parquet"));
    }
    AwayFiles.fail(
        NONE,
        () -> {
          throw new OutOfMemoryError("of the test");
        });
    Throwable thrown = catchThrowable(() -> source.open(session(), ALL));
    assertThat(thrown).isInstanceOf(OutOfMemoryError.class).hasMessage("of the test");
    assertThat(AwayFiles.READING).hasValue(0);
  }
}

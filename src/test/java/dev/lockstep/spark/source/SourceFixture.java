package dev.lockstep.spark.source;

import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.spark.source.Source.SourceRows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Assumptions;

/** What the tests of sources share: files, requests, rows in the order of their identity. */
final class SourceFixture {
  static final SourceRequest FAIL = new SourceRequest(false, List.of(), List.of());
  static final SourceRequest DROP = new SourceRequest(true, List.of(), List.of());

  private SourceFixture() {}

  static SparkSession session() {
    return LocalSpark.session();
  }

  static Path write(Path file, String text) {
    return write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  static Path write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** All rows as text, identity included, sorted. */
  static List<String> rows(Source source) {
    return rows(source.open(session(), FAIL));
  }

  static List<String> rows(SourceRows opened) {
    return opened.rows().collectAsList().stream().map(Row::toString).sorted().toList();
  }

  /** Runs with files cut at so many bytes. */
  static <T> T withSplits(long bytes, Supplier<T> work) {
    var hadoop = session().sparkContext().hadoopConfiguration();
    hadoop.setLong(LineSplits.MAX_BYTES, bytes);
    try {
      return work.get();
    } finally {
      hadoop.unset(LineSplits.MAX_BYTES);
    }
  }

  /** A real data set, or a skipped test. */
  static Path data(String name) {
    String folder =
        Optional.ofNullable(System.getProperty("LOCKSTEP_DATA"))
            .or(() -> Optional.ofNullable(System.getenv("LOCKSTEP_DATA")))
            .orElse("../shared/data");
    Path path = Path.of(folder, name);
    if (!Files.exists(path)) {
      System.out.println("skipped: " + path + " is missing; set LOCKSTEP_DATA to the data folder");
    }
    Assumptions.assumeTrue(Files.exists(path));
    return path.toAbsolutePath();
  }

  static Csv csv(Path path) {
    Csv d = Csv.DEFAULTS;
    return new Csv(
        path.toString(),
        d.header(),
        d.names(),
        d.delimiter(),
        d.quote(),
        d.escape(),
        d.comment(),
        d.nulls(),
        d.trim(),
        d.multiLine(),
        d.types(),
        d.skip(),
        d.maxLineBytes());
  }

  static List<String> types(Source source) {
    return Arrays.stream(source.open(session(), FAIL).rows().schema().fields())
        .filter(field -> !Identity.reserves(field.name()))
        .map(field -> field.name() + ":" + field.dataType().typeName())
        .toList();
  }
}

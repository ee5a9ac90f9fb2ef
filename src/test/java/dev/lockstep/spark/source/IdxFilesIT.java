package dev.lockstep.spark.source;

import static dev.lockstep.spark.source.SourceFixture.FAIL;
import static dev.lockstep.spark.source.SourceFixture.rows;
import static dev.lockstep.spark.source.SourceFixture.session;
import static dev.lockstep.spark.source.SourceFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.prepare.Failures;
import dev.lockstep.spark.source.Source.InputFile;
import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.spark.source.Source.SourceRows;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxFilesIT {
  private static final int RECORDS = 65;
  private static final byte[] PIXELS = IdxBytes.random(RECORDS * 6, 256, new Random(1));
  private static final byte[] DIGITS = IdxBytes.random(RECORDS, 10, new Random(2));
  private static final byte[] IMAGES = IdxBytes.of(PIXELS, RECORDS, 2, 3);
  private static final byte[] LABELS = IdxBytes.of(DIGITS, RECORDS);

  @TempDir Path folder;

  private Images source(byte[] images, byte[] labels) {
    Path imageFile = write(folder.resolve("images"), images);
    Path labelFile = write(folder.resolve("labels"), labels);
    return source(imageFile, labelFile);
  }

  private static Images source(Path images, Path labels) {
    return Images.ofIdx(images.toString(), Optional.of(labels.toString()));
  }

  @Test
  void rowsHavePixelsDigitAndNumber() throws IOException {
    List<String> plain = rows(source(IMAGES, LABELS));
    assertThat(rows(source(IdxBytes.gzip(IMAGES), IdxBytes.gzip(LABELS)))).isEqualTo(plain);
    assertThat(plain).hasSize(RECORDS);
    for (int record = 0; record < RECORDS; record++) {
      StringBuilder pixels = new StringBuilder();
      for (int i = 0; i < 6; i++) {
        pixels.append(i == 0 ? "" : ",").append((PIXELS[6 * record + i] & 0xFF) + ".0");
      }
      assertThat(plain).contains("[[%s],%d,images,%d,0]".formatted(pixels, DIGITS[record], record));
    }
  }

  @Test
  void theColumnTellsTheShapeOfItsImages() {
    SourceRows opened = source(IMAGES, LABELS).open(session(), FAIL);
    assertThat(opened.count()).isEqualTo(RECORDS);
    assertThat(ImageColumn.shape(opened.rows().schema().apply("image"))).containsExactly(1, 2, 3);
    assertThat(ImageColumn.shape(opened.rows().schema().apply("label"))).isEmpty();
    assertThat(opened.names().of("images", 7)).isEqualTo(folder + "/images, record 7 (from 0)");
    String parquet = folder.resolve("parquet").toString();
    opened.rows().select("image", "label").write().parquet(parquet);
    Row kept = new Parquet(parquet).open(session(), FAIL).rows().first();
    assertThat(ImageColumn.shape(kept.schema().apply("image"))).containsExactly(1, 2, 3);
    assertThat(((Vector) kept.getAs("image")).size()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 64, 65, 1000})
  void theFirstRowsAreThoseOfTheFile(int most) {
    SourceRequest head = new SourceRequest(false, List.of(), List.of("label"), Map.of(), most);
    List<Row> rows = source(IMAGES, LABELS).open(session(), head).rows().collectAsList();
    assertThat(rows.stream().map(row -> row.getInt(0)).toList())
        .isEqualTo(
            java.util.stream.IntStream.range(0, Math.min(most, RECORDS))
                .mapToObj(i -> (int) DIGITS[i])
                .toList());
  }

  @Test
  void withoutLabelsThereIsNoColumnOfThem() {
    Path images = write(folder.resolve("images"), IMAGES);
    Images source = Images.ofIdx(images.toString(), Optional.empty());
    SourceRows opened = source.open(session(), FAIL);
    assertThat(opened.rows().columns()).startsWith("image").doesNotContain("label");
    assertThat(opened.files()).hasSize(1);
  }

  @Test
  void aChangedFileIsFoundByTheFingerprint() throws IOException {
    Images source = source(IMAGES, LABELS);
    List<InputFile> files = source.open(session(), FAIL).files();
    assertThat(files).extracting(InputFile::path).containsExactly("images", "labels:labels");
    SourceRequest again = new SourceRequest(false, files, List.of());
    assertThat(rows(source.open(session(), again))).hasSize(RECORDS);
    SourceRows opened = source.open(session(), again);
    write(folder.resolve("images"), Arrays.copyOf(IMAGES, IMAGES.length - 1));
    assertThatThrownBy(() -> Failures.explained(() -> rows(opened)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("images has changed since this run began");
    Path images = write(folder.resolve("images"), IMAGES);
    Files.setLastModifiedTime(images, FileTime.fromMillis(files.get(0).modifiedMillis()));
    Files.writeString(folder.resolve("labels"), "other");
    assertThatThrownBy(() -> source.open(session(), again))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("labels has changed since this run began");
  }

  /** A pair of files that is wrong, and what is told. */
  record Bad(String what, byte[] images, byte[] labels, String told) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static byte[] with(byte[] file, Function<byte[], byte[]> change) {
    return change.apply(file.clone());
  }

  private static byte[] zipped(byte[] file) {
    try {
      return IdxBytes.gzip(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static byte[] cut(byte[] file, int left) {
    return Arrays.copyOf(file, left);
  }

  static final List<Bad> BAD =
      List.of(
          new Bad("swapped", LABELS, IMAGES, "images begins with 0x00000801, must begin with"),
          new Bad("labels twice", IMAGES, IMAGES, "labels begins with 0x00000803, must begin with"),
          new Bad(
              "text",
              "a,b,c\n".getBytes(StandardCharsets.UTF_8),
              LABELS,
              "images begins with 0x612C622C"),
          new Bad("cut header", cut(IMAGES, 10), LABELS, "images ends within its header"),
          new Bad("nothing", new byte[0], LABELS, "images ends within its header"),
          new Bad(
              "fewer labels",
              IMAGES,
              IdxBytes.of(cut(DIGITS, 64), 64),
              "labels has 64 labels, " + "%s/images has 65 images"),
          new Bad("cut", cut(IMAGES, 399), LABELS, "images has 399 bytes, its header tells of 65"),
          new Bad("longer", cut(IMAGES, 407), LABELS, "images has 407 bytes, its header tells"),
          new Bad("cut labels", IMAGES, cut(LABELS, 72), "labels has 72 bytes, its header tells"),
          new Bad(
              "cut before gzip", zipped(cut(IMAGES, 399)), LABELS, "images, record 63 (from 0) is"),
          new Bad("longer in gzip", zipped(cut(IMAGES, 407)), LABELS, "goes on after record 64"),
          new Bad("cut gzip", cut(zipped(IMAGES), 200), LABELS, "images, record "),
          new Bad(
              "cut gzip of labels",
              IMAGES,
              cut(zipped(LABELS), zipped(LABELS).length - 6),
              "labels cannot be read"),
          new Bad(
              "damaged gzip",
              with(zipped(IMAGES), b -> swap(b, b.length - 6)),
              LABELS,
              "images, record 64 (from 0) cannot be read"),
          new Bad("no gzip", cut(zipped(IMAGES), 3), LABELS, "images ends within its header"),
          new Bad("negative", IdxBytes.of(PIXELS, -65, 2, 3), LABELS, "it is damaged"),
          new Bad("no pixels", IdxBytes.of(new byte[0], 65, 2, 0), LABELS, "it is damaged"),
          new Bad("huge", IdxBytes.of(PIXELS, 65, 1 << 30, 1 << 30), LABELS, "it is damaged"));

  private static byte[] swap(byte[] bytes, int at) {
    bytes[at] ^= 0x55;
    return bytes;
  }

  @ParameterizedTest
  @FieldSource("BAD")
  void aMalformedFileIsNamedWithItsRecord(Bad bad) {
    Images source = source(bad.images(), bad.labels());
    assertThatThrownBy(() -> Failures.explained(() -> rows(source)))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(folder.toString())
        .hasMessageContaining(bad.told().formatted(folder));
  }

  @Test
  void whatIsNotThereIsToldByItsKey() {
    Path images = write(folder.resolve("images"), IMAGES);
    assertThatThrownBy(() -> source(images, folder.resolve("none")).open(session(), FAIL))
        .isInstanceOf(InputMissingException.class)
        .hasMessageEndingWith("none does not exist: check data.source.labels");
    assertThatThrownBy(() -> source(folder.resolve("none"), images).open(session(), FAIL))
        .isInstanceOf(InputMissingException.class)
        .hasMessageEndingWith("none does not exist: check data.source.images");
    write(folder.resolve("more"), IMAGES);
    assertThatThrownBy(() -> source(folder, images).open(session(), FAIL))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("data.source.images must be one idx file");
    assertThatThrownBy(() -> rows(source(IdxBytes.of(new byte[0], 0, 2, 3), LABELS)))
        .isInstanceOf(InputMissingException.class)
        .hasMessageEndingWith("images holds no images");
  }
}

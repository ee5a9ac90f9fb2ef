package dev.lockstep.spark.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.Binder;
import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.data.DataException;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.LocalSpark;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.prepare.Preparation;
import dev.lockstep.spark.source.IdxBytes;
import dev.lockstep.spark.source.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images of 2 x 3 pixels, encoded. */
class PixelsIT {
  private static final int RECORDS = 40;
  private static final byte[] PIXELS = IdxBytes.random(6 * RECORDS, 256, new Random(3));

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    byte[] digits = IdxBytes.random(RECORDS, 2, new Random(4));
    Files.write(folder.resolve("images"), IdxBytes.of(PIXELS, RECORDS, 2, 3));
    Files.write(folder.resolve("turned"), IdxBytes.of(PIXELS, RECORDS, 3, 2));
    Files.write(folder.resolve("labels"), IdxBytes.of(digits, RECORDS));
  }

  private Preparation prepare(String images, String features) {
    return Preparation.prepare(
        LocalSpark.session(),
        data(images, features),
        new Preparation.Request(3, 2, true, List.of()));
  }

  private DataConfig data(String images, String features) {
    String text =
        "source { format = images, images = \"%1$s/%2$s\", labels = \"%1$s/labels\" }\n%3$s"
            .formatted(folder, images, features);
    return new Binder(List.of(Sources.REGISTRY))
        .bind(Document.read(text, "run.conf", List.of()), DataConfig.class);
  }

  private Encoding fit(String features) {
    return EncodingFit.fit(prepare("images", features), data("images", features), Task.BINARY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "255 | 0    | 1   | none",
        "255 | 0    | 1   | 'features = [{ columns = image, encode = pixels }]'",
        "100 | 0    | 1   | 'features = [{ columns = \"*\", encode = pixels, scale = 100 }]'",
        "255 | 0.29 | 0.35 | 'features = [{ columns = image, encode = pixels, mean = 0.29, std = 0.35 }]'",
        "1   | 0    | 1   | 'features = [{ columns = image, encode = none }]'",
      })
  void pixelsAreScaledAndTellTheirShape(double scale, double mean, double std, String features) {
    String settings = features == null ? "" : features;
    Encoding encoding = fit(settings);
    assertThat(encoding.schema().shape()).containsExactly(1, 2, 3);
    assertThat(encoding.schema().features()).isEqualTo(6);
    assertThat(encoding.schema().featureName(5)).isEqualTo(scale == 1 ? "f5" : "image[0,1,2]");
    String directory = folder.resolve("pipeline").toString();
    encoding.savePipeline(directory);
    Encoding loaded = Encoding.load(LocalSpark.session(), encoding.toJson(), directory);
    assertThat(loaded.schema()).isEqualTo(encoding.schema());
    List<Row> rows =
        loaded
            .encodeOther(prepare("images", settings).rows(), true, List.of("__lockstep_position"))
            .collectAsList();
    assertThat(rows).hasSize(RECORDS);
    for (Row row : rows) {
      int record = (int) row.getLong(0);
      double[] values = ((Vector) row.getAs("features")).toArray();
      for (int i = 0; i < 6; i++) {
        double pixel = PIXELS[6 * record + i] & 0xFF;
        assertThat(values[i]).isCloseTo((pixel / scale - mean) / std, within(1e-12));
      }
    }
  }

  @Test
  void aModelOfOneShapeRefusesImagesOfAnother() {
    Encoding encoding = fit("");
    assertThatThrownBy(
            () -> encoding.encodeOther(prepare("turned", "").rows(), true, List.of()).count())
        .isInstanceOf(DataException.class)
        .hasMessageContaining("image has images of [channels, height, width] = [1, 3, 2], had [1");
    String test =
        "test_source { format = images, images = \"%1$s/turned\", labels = \"%1$s/labels\" }";
    assertThatThrownBy(() -> prepare("images", test.formatted(folder)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("[1, 3, 2], the source of [1, 2, 3]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "columns = label, encode = pixels | encode = pixels needs vectors",
        "columns = image, encode = pixels, mean = [1, 2, 3] | mean has 3 numbers, must have one for",
        "columns = image, encode = pixels, shape = [1, 3, 2] | shape is [1, 3, 2], the images of",
        "columns = image, encode = pixels, shape = [6, 1] | shape must be [channels, height, width]",
        "columns = image, encode = pixels, std = [0] | std must be above 0",
        "columns = image, scale = 100 | scale, mean, std and shape go with encode = pixels only",
        "columns = image, encode = one_hot | which is no number, text or vector",
      })
  void whatDoesNotFitIsRefused(String feature, String told) {
    assertThatThrownBy(() -> fit("features = [{ " + feature + " }]"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(told);
  }
}

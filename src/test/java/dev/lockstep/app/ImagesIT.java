package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.spark.source.IdxBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Commands on images: a square that is bright in its upper or its lower half. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImagesIT {
  private static final int RECORDS = 300;
  private static final int SIDE = 4;

  @TempDir private static Path folder;

  @BeforeAll
  void write() throws IOException {
    Random random = new Random(5);
    byte[] digits = IdxBytes.random(RECORDS, 2, random);
    byte[] pixels = IdxBytes.random(RECORDS * SIDE * SIDE, 128, random);
    for (int i = 0; i < pixels.length; i++) {
      boolean lower = i % (SIDE * SIDE) >= SIDE * SIDE / 2;
      if (lower == (digits[i / (SIDE * SIDE)] == 1)) {
        pixels[i] += (byte) 100;
      }
    }
    byte[] images = IdxBytes.of(pixels, RECORDS, SIDE, SIDE);
    byte[] labels = IdxBytes.of(digits, RECORDS);
    Files.write(folder.resolve("images"), images);
    Files.write(folder.resolve("labels"), labels);
    Files.write(folder.resolve("images.gz"), IdxBytes.gzip(images));
    Files.write(folder.resolve("fewer"), IdxBytes.of(Arrays.copyOf(digits, 9), 9));
    Files.write(
        folder.resolve("cut.gz"),
        IdxBytes.gzip(Arrays.copyOf(images, images.length - SIDE * SIDE * 7 - 1)));
    Files.writeString(
        folder.resolve("run.conf"),
        """
        data {
          source { format = images, images = "%1$s/images", labels = "%1$s/labels" }
          shards = 4
        }
        model { kind = softmax }
        optimizer { kind = adam, learning_rate = 0.05 }
        train { epochs = 3, batch_size = 32 }
        """
            .formatted(folder));
  }

  private static CommandLineRun lockstep(String command, String master, String... more) {
    return CommandLineRun.of(command, folder.resolve("run.conf"), master, more);
  }

  private static CommandLineRun train(String name, String master, String... more) {
    List<String> args = new ArrayList<>(List.of(more));
    args.addAll(List.of("--set", "output=" + folder.resolve(name)));
    return lockstep("train", master, args.toArray(String[]::new));
  }

  private static JsonNode result(String name) throws IOException {
    return CommandLineRun.result(folder.resolve(name));
  }

  @Test
  void trainedModelsPredictAndEvaluateImages() throws IOException {
    CommandLineRun trained = train("run", "local[2]");
    assertThat(trained.code()).as(trained.err()).isZero();
    String output = "output=" + folder.resolve("run");
    CommandLineRun evaluated =
        lockstep("evaluate", "local[2]", "--set", output, "--result-file", folder + "/evaluation");
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    CommandLineRun predicted =
        lockstep(
            "predict",
            "local[2]",
            "--set",
            output,
            "--keep",
            "label",
            "--write",
            "class",
            "--output",
            folder.resolve("predictions").toString());
    assertThat(predicted.code()).as(predicted.err()).isZero();
    List<String> rows = SmallTable.lines(folder.resolve("predictions"));
    long right = rows.stream().filter(row -> row.equals("0,0") || row.equals("1,1")).count();
    assertThat(rows).contains("label,prediction").filteredOn(r -> r.length() == 3).hasSize(RECORDS);
    JsonNode metrics =
        new ObjectMapper().readTree(folder.resolve("evaluation").toFile()).path("metrics");
    assertThat(metrics.findValue("accuracy").asDouble())
        .isGreaterThan(0.95)
        .isEqualTo((double) right / RECORDS);
  }

  @Test
  void bitsDoNotDependOnCoresTasksOrCompression() throws IOException {
    assertThat(train("one", "local[1]").code()).isZero();
    assertThat(train("three", "local[3]").code()).isZero();
    assertThat(result("three").path("parameters_sha256"))
        .isEqualTo(result("one").path("parameters_sha256"));
    // The name of the file is part of a row's identity, so the compressed one gets the same name.
    Path other = Files.createDirectory(folder.resolve("zipped"));
    Files.copy(folder.resolve("images.gz"), other.resolve("images"));
    assertThat(train("gz", "local[3]", "--set", "data.source.images=" + other + "/images").code())
        .isZero();
    assertThat(result("gz").path("parameters_sha256"))
        .isEqualTo(result("one").path("parameters_sha256"));
  }

  @Test
  void variantsDoNotDependOnCoresTasksOrEngine() throws IOException {
    String[] varied = {
      "--set", "model={ kind = cnn, channels = [2], dense = [4], norm = batch }",
      "--set", "data.augment={ horizontal_flip = 0.5, shift = 1 }"
    };
    assertThat(train("v1", "local[1]", varied).code()).isZero();
    List<String> jobs = new ArrayList<>(List.of(varied));
    jobs.addAll(List.of("--set", "engine.kind=job"));
    assertThat(train("v3", "local[3]", jobs.toArray(String[]::new)).code()).isZero();
    assertThat(result("v3").path("parameters_sha256"))
        .isEqualTo(result("v1").path("parameters_sha256"));
    CommandLineRun far = train("far", "local[2]", "--set", "data.augment.shift=99");
    assertThat(far.code()).isEqualTo(78);
    assertThat(far.last()).contains("data.augment.shift is 99, which moves images of shape [1, ");
    CommandLineRun linear =
        lockstep("check", "local[2]", "--set", "data.augment={ horizontal_flip = 0.5 }");
    assertThat(linear.code()).isEqualTo(78);
    assertThat(linear.last())
        .endsWith("data.augment is for networks, which this model is not: leave it out");
  }

  @Test
  void whatIsWrongWithFilesIsToldInOneSentence() {
    CommandLineRun none = train("a", "local[2]", "--set", "data.source.images=" + folder + "/no");
    assertThat(none.code()).isEqualTo(66);
    assertThat(none.last()).endsWith("no does not exist: check data.source.images");
    CommandLineRun cut =
        train("b", "local[2]", "--set", "data.source.images=" + folder + "/cut.gz");
    assertThat(cut.code()).isEqualTo(65);
    assertThat(cut.last()).contains("cut.gz, record 292 (from 0) is not there");
    CommandLineRun few = train("c", "local[2]", "--set", "data.source.labels=" + folder + "/fewer");
    assertThat(few.code()).isEqualTo(65);
    assertThat(few.last()).contains("fewer has 9 labels").contains("images has 300 images");
    CommandLineRun nothing = train("d", "local[2]", "--set", "data.source.images=null");
    assertThat(nothing.code()).isEqualTo(78);
  }
}

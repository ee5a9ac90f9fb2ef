package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Commands on files of images: reddish ones and bluish ones, in folders and named by a table. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImageFoldersIT {
  private static final int IMAGES = 90;
  private static final int SIDE = 3;

  @TempDir private static Path folder;

  @BeforeAll
  void write() throws IOException {
    Random random = new Random(5);
    StringBuilder table = new StringBuilder("file,label\n");
    for (int i = 0; i < IMAGES; i++) {
      boolean red = random.nextBoolean();
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < SIDE * SIDE; at++) {
        int more = 60 + random.nextInt(196);
        int less = random.nextInt(196);
        int rgb = (red ? more : less) << 16 | random.nextInt(256) << 8 | (red ? less : more);
        image.setRGB(at % SIDE, at / SIDE, rgb);
      }
      String name = "set/%s/%03d.png".formatted(red ? "red" : "blue", i);
      Files.createDirectories(folder.resolve(name).getParent());
      ImageIO.write(image, "png", folder.resolve(name).toFile());
      table.append(name).append(red ? ",1\n" : ",0\n");
    }
    Files.writeString(folder.resolve("table.csv"), table);
    Files.writeString(folder.resolve("more.csv"), table + "set/none.png,1\n");
    Files.writeString(folder.resolve("damaged.csv"), table + "damaged.png,1\n");
    Files.writeString(folder.resolve("damaged.png"), "no image");
    Files.writeString(
        folder.resolve("run.conf"),
        """
        data {
          source { format = images, path = "%1$s/set" }
          shards = 4
          split { validation = 0, test = 0.2 }
          features = [{ columns = ["*"], encode = pixels, mean = [0.5, 0.5, 0.5], std = [0.3, 0.3, 0.3] }]
        }
        model { kind = logistic }
        optimizer { kind = lbfgs }
        regularization { l2 = 0.001 }
        train { epochs = 30 }
        """
            .formatted(folder));
  }

  private static CommandLineRun lockstep(String command, String name, String... more) {
    List<String> args = new ArrayList<>(List.of(command, folder.resolve("run.conf").toString()));
    args.addAll(List.of("--set", "output=" + folder.resolve(name)));
    args.addAll(List.of(more));
    return CommandLineRun.of(args.toArray(String[]::new));
  }

  private static CommandLineRun train(String name, String path, String... more) {
    List<String> args = new ArrayList<>(List.of(more));
    args.addAll(List.of("--set", "data.source.path=" + folder.resolve(path)));
    return lockstep("train", name, args.toArray(String[]::new));
  }

  private static JsonNode result(String name) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(name).resolve("result.json").toFile());
  }

  @Test
  void foldersAreLearntAndPredictionsNameTheirFiles() throws IOException {
    CommandLineRun trained = train("folders", "set", "--master", "local[2]");
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(result("folders").at("/metrics/test/accuracy").asDouble()).isGreaterThan(0.9);
    CommandLineRun again = train("again", "set", "--master", "local[3]");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(result("again").path("parameters_sha256"))
        .isEqualTo(result("folders").path("parameters_sha256"));
    Path output = folder.resolve("predictions");
    CommandLineRun predicted =
        lockstep(
            "predict", "folders", "--keep", "file", "--write", "class", "--output", "" + output);
    assertThat(predicted.code()).as(predicted.err()).isZero();
    List<String> rows = SmallTable.lines(output);
    long right = rows.stream().filter(row -> row.matches("(red|blue)/.*\\.png,\\1")).count();
    assertThat(rows).contains("file,prediction").hasSizeGreaterThan(IMAGES);
    assertThat(right).isGreaterThan(IMAGES * 9 / 10);
  }

  @Test
  void aTableNamesImages() throws IOException {
    CommandLineRun trained = train("table", "table.csv");
    assertThat(trained.code()).as(trained.err()).isZero();
    assertThat(result("table").at("/metrics/test/accuracy").asDouble()).isGreaterThan(0.9);
    CommandLineRun more = train("more", "more.csv");
    assertThat(more.code()).isEqualTo(66);
    assertThat(more.last()).endsWith("more.csv, line 92: there is no image set/none.png");
    CommandLineRun damaged = train("damaged", "damaged.csv");
    assertThat(damaged.code()).isEqualTo(65);
    assertThat(damaged.last())
        .contains("damaged.png cannot be decoded as an image: it is neither PNG nor JPEG");
    CommandLineRun dropped =
        train(
            "dropped",
            "damaged.csv",
            "--set",
            "data.bad_rows=drop",
            "--set",
            "data.source.channels=3");
    assertThat(dropped.code()).as(dropped.err()).isZero();
    assertThat(dropped.text()).contains("dropped 1 malformed rows");
  }
}

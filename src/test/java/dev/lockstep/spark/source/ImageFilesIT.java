package dev.lockstep.spark.source;

import static dev.lockstep.spark.source.SourceFixture.DROP;
import static dev.lockstep.spark.source.SourceFixture.FAIL;
import static dev.lockstep.spark.source.SourceFixture.rows;
import static dev.lockstep.spark.source.SourceFixture.session;
import static dev.lockstep.spark.source.SourceFixture.types;
import static dev.lockstep.spark.source.SourceFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.prepare.Failures;
import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.spark.source.Source.SourceRows;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFilesIT {
  @TempDir Path folder;

  /** An image of one row of pixels. */
  private Path image(String name, int... pixels) throws IOException {
    boolean grey = pixels[0] <= 255;
    int type = grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
    BufferedImage image = new BufferedImage(pixels.length, 1, type);
    for (int x = 0; x < pixels.length; x++) {
      if (grey) {
        image.getRaster().setSample(x, 0, 0, pixels[x]);
      } else {
        image.setRGB(x, 0, pixels[x]);
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "png", bytes);
    return write(folder.resolve(name), bytes.toByteArray());
  }

  private static Images at(Path path) {
    return Images.ofPath(path.toString(), Optional.empty(), Optional.empty());
  }

  @Test
  void foldersAreClassesAndNamesTellFiles() throws IOException {
    image("all/cat/a 1.png", 1, 2);
    image("all/cat/more/b.PNG", 3, 4);
    image("all/dog/c.png", 5, 255);
    write(folder.resolve("all/dog/notes.txt"), "no image");
    write(folder.resolve("all/.hidden/d.png"), "no image");
    Images source = at(folder.resolve("all"));
    assertThat(types(source)).containsExactly("image:vector", "file:string", "label:string");
    assertThat(rows(source))
        .containsExactly(
            "[[1.0,2.0],cat/a 1.png,cat,cat/a 1.png,0,0]",
            "[[3.0,4.0],cat/more/b.PNG,cat,cat/more/b.PNG,0,0]",
            "[[5.0,255.0],dog/c.png,dog,dog/c.png,0,0]");
    SourceRows opened = source.open(session(), FAIL);
    assertThat(opened.count()).isEqualTo(3);
    assertThat(opened.files()).hasSize(3);
    assertThat(ImageColumn.shape(opened.rows().schema().apply("image"))).containsExactly(1, 1, 2);
    assertThat(ImageColumn.isFileName(opened.rows().schema().apply("file"))).isTrue();
    assertThat(opened.names().of("dog/c.png", 0)).isEqualTo(folder + "/all/dog/c.png");
    SourceRequest two = new SourceRequest(false, List.of(), List.of("label"), Map.of(), 2);
    assertThat(rows(source.open(session(), two))).hasSize(2).allMatch(r -> r.startsWith("[cat,"));
    Images flat = at(folder.resolve("all/cat/*.png"));
    assertThat(types(flat)).containsExactly("image:vector", "file:string");
  }

  @Test
  void aCsvFileNamesImagesAndTellsMore() throws IOException {
    image("pictures/a.png", 0x010203, 0x0A0B0C);
    image("pictures/b.png", 0xFF00FF, 0x000000);
    Path table =
        write(
            folder.resolve("table.csv"),
            "file,label,size\npictures/a.png,1,10\npictures/b.png,0,20\npictures/a.png,1,\n");
    List<String> expected =
        List.of(
            "[[1.0,10.0,2.0,11.0,3.0,12.0],pictures/a.png,1.0,10.0,table.csv,16,0]",
            "[[1.0,10.0,2.0,11.0,3.0,12.0],pictures/a.png,1.0,null,table.csv,56,0]",
            "[[255.0,0.0,0.0,0.0,255.0,0.0],pictures/b.png,0.0,20.0,table.csv,36,0]");
    assertThat(rows(at(table))).containsExactlyElementsOf(expected);
    SourceRows opened = at(table).open(session(), FAIL);
    assertThat(ImageColumn.shape(opened.rows().schema().apply("image"))).containsExactly(3, 1, 2);
    assertThat(opened.files()).hasSize(3);
    SourceRequest again = new SourceRequest(false, opened.files(), List.of("label", "image"));
    assertThat(rows(at(table).open(session(), again)))
        .contains("[0.0,[255.0,0.0,0.0,0.0,255.0,0.0],table.csv,36,0]");
    Path renamed =
        write(folder.resolve("renamed.csv"), "image,label\n" + folder + "/pictures/b.png,x\n");
    Images named = Images.ofPath(renamed.toString(), Optional.of("image"), Optional.of(1));
    assertThat(types(named)).containsExactly("image:vector", "label:string");
    assertThat(rows(named))
        .containsExactly("[[105.0,0.0],x,renamed.csv,0,0]".replace(",0,0", ",12,0"));
  }

  @Test
  void anImageThatDiffersIsNamedOrDropped() throws IOException {
    image("all/a/1.png", 1, 2);
    Path larger = image("all/a/2.png", 1, 2, 3);
    Path damaged = write(folder.resolve("all/b/3.png"), "no image");
    image("all/b/4.png", 7, 8);
    Images source = at(folder.resolve("all"));
    assertThatThrownBy(() -> Failures.explained(() -> rows(source)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(folder + "/all/")
        .hasMessageMatching(
            ".*(2.png is an image of .* = \\[1, 1, 3], the first is of \\[1, 1, 2]|"
                + "3.png cannot be decoded as an image: it is neither PNG nor JPEG).*");
    SourceRows dropped = source.open(session(), DROP);
    assertThat(dropped.badRows().count()).isEqualTo(2);
    assertThat(dropped.count()).isEqualTo(2);
    assertThat(rows(dropped)).hasSize(2);
    Path table =
        write(
            folder.resolve("t.csv"),
            "file,y\n%1$s,0\nall/a/1.png,1\n%2$s,0\n%1$s,1\n".formatted(damaged, larger));
    SourceRows some = at(table).open(session(), DROP);
    // The first that can be decoded shows the shape, in the order of names.
    assertThat(some.badRows().count()).isEqualTo(3);
    assertThat(rows(some)).hasSize(1);
    Files.delete(larger);
    Files.delete(damaged);
    assertThat(rows(source)).hasSize(2);
  }

  @Test
  void channelsMakeImagesAlike() throws IOException {
    image("all/a/1.png", 9);
    image("all/a/2.png", 0x102030);
    Images grey = Images.ofPath(folder + "/all", Optional.empty(), Optional.of(1));
    Images colours = Images.ofPath(folder + "/all", Optional.empty(), Optional.of(3));
    assertThat(rows(grey)).anyMatch(row -> row.startsWith("[[9.0],"));
    assertThat(rows(colours))
        .anyMatch(row -> row.startsWith("[[9.0,9.0,9.0],"))
        .anyMatch(row -> row.startsWith("[[16.0,32.0,48.0],"));
    assertThatThrownBy(() -> Failures.explained(() -> rows(at(folder.resolve("all")))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("2.png is an image of [channels, height, width] = [3, 1, 1]");
  }

  @Test
  void imagesAreReadOnlyWhereTheyAreAskedFor() throws IOException {
    image("all/a/1.png", 1, 2);
    write(folder.resolve("all/b/2.png"), "no image");
    SourceRequest labels = new SourceRequest(false, List.of(), List.of("label"));
    assertThat(rows(at(folder.resolve("all")).open(session(), labels))).hasSize(2);
  }

  @Test
  void whatIsMissingIsTold() throws IOException {
    Path image = image("all/a/1.png", 1, 2);
    image("all/2.png", 1, 2);
    assertThatThrownBy(() -> at(folder.resolve("none")).open(session(), FAIL))
        .isInstanceOf(InputMissingException.class)
        .hasMessageEndingWith("none does not exist: check data.source.path");
    write(folder.resolve("texts/a/b.txt"), "x");
    assertThatThrownBy(() -> at(folder.resolve("texts")).open(session(), FAIL))
        .isInstanceOf(InputMissingException.class)
        .hasMessageContaining("holds no file that ends in .png, .jpg, .jpeg");
    assertThatThrownBy(() -> at(folder.resolve("all")).open(session(), FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("2.png lies in ");
    Path table = write(folder.resolve("t.csv"), "file,y\nall/a/1.png,0\nall/a/no.png,1\n");
    assertThatThrownBy(() -> at(table).open(session(), FAIL))
        .isInstanceOf(InputMissingException.class)
        .hasMessageEndingWith("t.csv, line 3: there is no image all/a/no.png");
    Path gap = write(folder.resolve("g.csv"), "file,y\nall/a/1.png,0\n,1\n");
    assertThatThrownBy(() -> at(gap).open(session(), FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("g.csv, line 3 names no image");
    Path other = write(folder.resolve("o.csv"), "picture,y\nall/a/1.png,0\n");
    assertThatThrownBy(() -> at(other).open(session(), FAIL))
        .isInstanceOfAny(ConfigException.class, DataException.class)
        .hasMessageContaining("file");
    Path both = write(folder.resolve("b.csv"), "file,image\nall/a/1.png,0\n");
    assertThatThrownBy(() -> at(both).open(session(), FAIL))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("has a column image, which is what the pixels are called");
    SourceRows opened = at(image).open(session(), FAIL);
    image("all/a/1.png", 1, 2, 3, 4, 5, 6, 7);
    assertThatThrownBy(() -> Failures.explained(() -> rows(opened)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("1.png has changed since this run began");
  }
}

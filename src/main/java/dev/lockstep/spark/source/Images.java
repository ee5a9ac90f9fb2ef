package dev.lockstep.spark.source;

import dev.lockstep.data.DataException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.spark.sql.SparkSession;

/**
 * Images of one size: idx files, folders of PNG and JPEG files, or a csv file that names such
 * files. The columns are "image", a vector of pixels from 0 to 255 in the order {@code [channels,
 * height, width]}, and "label"; beside files also "file", their names, which no feature is made of
 * unless it is named.
 *
 * @param path a folder or glob of images, each below a folder of its class, which is the label
 *     (without such folders there is none); or a csv file with a header, whose columns are the
 *     rows' too, and that names images relative to itself; any Hadoop URI
 * @param images instead of a path, an idx file of images, {@code [images, height, width]} unsigned
 *     bytes as MNIST and Fashion-MNIST have them, plain or gzipped; any Hadoop URI
 * @param labels an idx file of the labels of {@code images}, from 0 to 255; without it there is no
 *     column "label"
 * @param file the column of a csv file that names images, by default {@code file}
 * @param channels 1 makes images grey, 3 gives them colours; by default all must have the channels
 *     of the first
 */
public record Images(
    Optional<String> path,
    Optional<String> images,
    Optional<String> labels,
    Optional<String> file,
    Optional<Integer> channels)
    implements Source {
  /** Checks that there is one thing to read, and that settings go with it. */
  public Images {
    require(
        path.isPresent() != images.isPresent(),
        "needs either path, a folder or a csv file, or images, an idx file");
    require(images.isPresent() || labels.isEmpty(), "labels goes with images, not with path");
    require(path.isPresent() || file.isEmpty(), "file goes with path, not with images");
    require(path.isPresent() || channels.isEmpty(), "channels goes with path, not with images");
    int wanted = channels.orElse(1);
    require(wanted == 1 || wanted == 3, "channels must be 1 or 3, is " + wanted);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  /** An idx file of images, and perhaps one of their labels. */
  public static Images ofIdx(String images, Optional<String> labels) {
    return new Images(
        Optional.empty(), Optional.of(images), labels, Optional.empty(), Optional.empty());
  }

  /** Images of files. */
  public static Images ofPath(String path, Optional<String> file, Optional<Integer> channels) {
    return new Images(Optional.of(path), Optional.empty(), Optional.empty(), file, channels);
  }

  @Override
  public Optional<String> place() {
    return path.or(() -> images);
  }

  @Override
  public SourceRows open(SparkSession session, SourceRequest request) {
    if (path.isEmpty()) {
      return IdxFiles.open(session, images.orElseThrow(), labels, request);
    }
    int wanted = channels.orElse(0);
    if (isTable(session, path.get())) {
      String column = file.orElse(ImageFiles.FILE);
      return new ImageTable(session, path.get(), column, wanted).open(request);
    }
    if (file.isPresent()) {
      throw new DataException(
          "data.source.file names a column of a csv file, %s is none".formatted(path.get()));
    }
    return ImageFiles.open(session, path.get(), wanted, request);
  }

  /** Whether a path is a single file, and none of an image. */
  private static boolean isTable(SparkSession session, String path) {
    try {
      Path file = new Path(path);
      return file.getFileSystem(LineFiles.hadoop(session)).getFileStatus(file).isFile()
          && !ImageFiles.isImage(path);
    } catch (FileNotFoundException | UnsupportedFileSystemException | IllegalArgumentException e) {
      return false; // a glob or nothing, which is told where files are listed
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

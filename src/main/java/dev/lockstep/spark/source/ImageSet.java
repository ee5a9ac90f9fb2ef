package dev.lockstep.spark.source;

import dev.lockstep.data.DataException;
import dev.lockstep.spark.source.ImageDecoder.Picture;
import dev.lockstep.spark.source.Source.InputFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import javax.imageio.IIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Image files by their names relative to a root, as they were when they were listed. Names and
 * fingerprints travel in arrays, once an executor.
 */
final class ImageSet implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String root;
  private final int channels;
  private final List<Integer> shape;
  private final Broadcast<SerializableConfiguration> settings;
  private final Broadcast<String[]> names;
  private final Broadcast<long[]> stamps;

  private ImageSet(
      String root,
      int channels,
      List<Integer> shape,
      Broadcast<SerializableConfiguration> settings,
      Broadcast<String[]> names,
      Broadcast<long[]> stamps) {
    this.root = root;
    this.channels = channels;
    this.shape = shape;
    this.settings = settings;
    this.names = names;
    this.stamps = stamps;
  }

  /**
   * A set of files, of which the first shows the shape that all must have.
   *
   * @param root what names are relative to
   * @param inputs the files, sorted by name
   * @param channels 1 for grey, 3 for colours, 0 for those of the first
   * @param lenient whether the first that can be decoded shows the shape
   */
  static ImageSet of(
      SparkSession session, String root, List<InputFile> inputs, int channels, boolean lenient) {
    Configuration hadoop = LineFiles.hadoop(session);
    List<Integer> shape = shape(hadoop, root, inputs, channels, lenient);
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    String[] names = inputs.stream().map(InputFile::path).toArray(String[]::new);
    long[] stamps = new long[2 * names.length];
    for (int i = 0; i < names.length; i++) {
      stamps[2 * i] = inputs.get(i).sizeBytes();
      stamps[2 * i + 1] = inputs.get(i).modifiedMillis();
    }
    return new ImageSet(
        root,
        channels,
        shape,
        spark.broadcast(new SerializableConfiguration(hadoop)),
        spark.broadcast(names),
        spark.broadcast(stamps));
  }

  private static List<Integer> shape(
      Configuration hadoop, String root, List<InputFile> inputs, int channels, boolean lenient) {
    IIOException first = null;
    for (InputFile input : lenient ? inputs : inputs.subList(0, 1)) {
      try {
        return decode(hadoop, file(root, input), channels).shape();
      } catch (IIOException e) {
        first = first == null ? e : first;
      }
    }
    throw new DataException(first.getMessage(), first);
  }

  /** The address of a name, which may be relative to the root. */
  static Path address(String root, String name) {
    return new Path(new Path(root), name);
  }

  /** A file in messages. */
  static String name(String root, String name) {
    return file(root, new InputFile(name, 0, 0)).name();
  }

  private static ListedFile file(String root, InputFile input) {
    return new ListedFile(input, address(root, input.path()).toString());
  }

  /** What all images have, {@code [channels, height, width]}. */
  List<Integer> shape() {
    return shape;
  }

  /**
   * The pixels of an image.
   *
   * @throws DataException if it cannot be decoded, has another shape, or has changed
   */
  double[] pixels(String name) {
    try {
      return decoded(name);
    } catch (IIOException e) {
      throw new DataException(e.getMessage(), e);
    }
  }

  /** Whether an image cannot be decoded, or has another shape. */
  boolean isBad(String name) {
    try {
      decoded(name);
      return false;
    } catch (IIOException e) {
      return true;
    }
  }

  private double[] decoded(String name) throws IIOException {
    int at = Arrays.binarySearch(names.value(), name);
    if (at < 0) {
      throw new IllegalStateException("the image " + name + " was not listed");
    }
    long[] stamp = stamps.value();
    ListedFile file = file(root, new InputFile(name, stamp[2 * at], stamp[2 * at + 1]));
    Picture picture = decode(settings.value().value(), file, channels);
    if (!picture.shape().equals(shape)) {
      throw new IIOException(
          "%s is an image of [channels, height, width] = %s, the first is of %s: all must be alike"
              .formatted(file.name(), picture.shape(), shape));
    }
    return picture.pixels();
  }

  private static Picture decode(Configuration hadoop, ListedFile file, int channels)
      throws IIOException {
    byte[] bytes;
    try (InputStream in = file.open(hadoop)) {
      bytes = in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw new DataException(file.name() + " cannot be opened: " + e.getMessage(), e);
    } catch (IOException e) {
      throw ReaderFailures.ofStorage(e)
          ? new UncheckedIOException(e)
          : LineFiles.unreadable(file, e);
    }
    try {
      return ImageDecoder.decode(bytes, channels);
    } catch (IIOException e) {
      throw new IIOException(file.name() + " cannot be decoded as an image: " + e.getMessage(), e);
    }
  }
}

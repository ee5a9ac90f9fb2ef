package dev.lockstep.spark.source;

import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.source.Source.InputFile;
import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.spark.source.Source.SourceRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Images in folders, one for each class: PNG and JPEG files anywhere below the folder of their
 * class; other files are left out. Where no image is in a folder of its own there is no label. A
 * row is identified by its file.
 */
final class ImageFiles {
  /** The column of names: no feature, but to be kept beside predictions. */
  static final String FILE = "file";

  private static final String LABEL = "label";
  private static final List<String> SUFFIXES = List.of(".png", ".jpg", ".jpeg");
  private static final int TASKS_A_SLOT = 4;

  private ImageFiles() {}

  /** The rows of all images below a path. */
  static SourceRows open(SparkSession session, String path, int channels, SourceRequest request) {
    Configuration hadoop = LineFiles.hadoop(session);
    List<ListedFile> files =
        InputFiles.list(hadoop, path, List.of()).stream()
            .filter(file -> isImage(file.input().path()))
            .toList();
    if (files.isEmpty()) {
      throw new InputMissingException(
          path + " holds no file that ends in " + String.join(", ", SUFFIXES));
    }
    if (!request.expected().isEmpty()) {
      InputFiles.compare(path, files, request.expected());
    }
    List<InputFile> inputs = InputFiles.inputs(files);
    boolean labelled = requireClasses(path, inputs);
    List<InputFile> read = inputs.subList(0, (int) Math.min(inputs.size(), request.mostRows()));
    String root = SparkFiles.root(files.get(0));
    ImageSet set = ImageSet.of(session, root, inputs, channels, request.dropBadRows());
    BadImages bad = BadImages.find(session, set, read, request.dropBadRows());
    List<InputFile> good = read.stream().filter(file -> !bad.contains(file.path())).toList();
    int dropped = read.size() - good.size();
    Dataset<Row> frame = session.createDataFrame(rows(session, good, labelled), schema(labelled));
    return new SourceRows(
        Identity.select(ImageColumn.addTo(frame, FILE, set), request.columns()),
        good.size(),
        inputs,
        () -> dropped,
        (file, position) -> ImageSet.name(root, file));
  }

  /** Whether a file is one that is read, by its name. */
  static boolean isImage(String path) {
    String name = path.toLowerCase(Locale.ROOT);
    return SUFFIXES.stream().anyMatch(name::endsWith);
  }

  /** Whether images have classes: all of them, or none. */
  private static boolean requireClasses(String path, List<InputFile> inputs) {
    List<InputFile> bare = inputs.stream().filter(file -> label(file).isEmpty()).toList();
    if (!bare.isEmpty() && bare.size() < inputs.size()) {
      throw new DataException(
          "%s lies in %s itself, beside folders of classes: give every image a folder of its class"
              .formatted(bare.get(0).path(), path));
    }
    return bare.isEmpty();
  }

  private static String label(InputFile file) {
    int end = file.path().indexOf('/');
    return end < 0 ? "" : file.path().substring(0, end);
  }

  private static StructType schema(boolean labelled) {
    StructType schema = new StructType().add(FILE, DataTypes.StringType, false);
    return Identity.addTo(labelled ? schema.add(LABEL, DataTypes.StringType, false) : schema);
  }

  private static JavaRDD<Row> rows(SparkSession session, List<InputFile> inputs, boolean labelled) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    List<Row> rows = new ArrayList<>(inputs.size());
    for (InputFile input : inputs) {
      String name = input.path();
      rows.add(
          labelled
              ? RowFactory.create(name, label(input), name, 0L, 0L)
              : RowFactory.create(name, name, 0L, 0L));
    }
    int tasks = Math.min(rows.size(), TASKS_A_SLOT * spark.defaultParallelism());
    return spark.parallelize(rows, Math.max(1, tasks));
  }
}

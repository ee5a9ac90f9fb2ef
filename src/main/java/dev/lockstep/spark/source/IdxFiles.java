package dev.lockstep.spark.source;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.spark.source.Source.InputFile;
import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.spark.source.Source.SourceRows;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Images and labels of a pair of idx files. A row is identified by the file of images and the
 * number of its record, from 0. Labels are read by the driver, a byte each; images by tasks.
 */
final class IdxFiles {
  /** Before the name of the file of labels in a fingerprint: both may be called alike. */
  private static final String LABELS = "labels:";

  private static final String BYTES = "__lockstep_bytes";
  private static final int IMAGE_DIMENSIONS = 3;
  private static final int TASKS_A_SLOT = 4;

  private IdxFiles() {}

  /** The rows of two files, or of images alone. */
  static SourceRows open(
      SparkSession session, String images, Optional<String> labels, SourceRequest request) {
    Configuration hadoop = LineFiles.hadoop(session);
    List<InputFile> inputs = new ArrayList<>();
    ListedFile imageFile = listed(hadoop, images, "images", "", request, inputs);
    IdxFile idx = IdxFile.read(hadoop, imageFile, "images", IMAGE_DIMENSIONS);
    byte[] digits = {};
    if (labels.isPresent()) {
      ListedFile labelFile = listed(hadoop, labels.get(), "labels", LABELS, request, inputs);
      digits = labels(hadoop, IdxFile.read(hadoop, labelFile, "labels", 1), idx);
    }
    int wanted = (int) Math.min(idx.records(), request.mostRows());
    List<Integer> shape = List.of(1, idx.shape().get(0), idx.shape().get(1));
    Dataset<Row> frame =
        session.createDataFrame(rows(session, idx, digits, wanted), schema(labels.isPresent()));
    Dataset<Row> pixels = ImageColumn.inPlaceOf(BYTES, frame, shape);
    return new SourceRows(
        Identity.select(pixels, request.columns()),
        wanted,
        inputs,
        BadRows.NONE,
        (file, position) -> idx.recordName((int) position));
  }

  private static ListedFile listed(
      Configuration hadoop,
      String path,
      String key,
      String prefix,
      SourceRequest request,
      List<InputFile> inputs) {
    List<InputFile> expected =
        request.expected().stream()
            .filter(file -> file.path().startsWith(LABELS) == prefix.equals(LABELS))
            .map(file -> renamed(file, file.path().substring(prefix.length())))
            .toList();
    List<ListedFile> found = InputFiles.list(hadoop, path, "data.source." + key, expected);
    if (found.size() > 1) {
      throw new ConfigException(
          "data.source.%s must be one idx file, %s has %d files"
              .formatted(key, path, found.size()));
    }
    InputFile input = found.get(0).input();
    inputs.add(renamed(input, prefix + input.path()));
    return found.get(0);
  }

  private static InputFile renamed(InputFile file, String path) {
    return new InputFile(path, file.sizeBytes(), file.modifiedMillis());
  }

  private static byte[] labels(Configuration hadoop, IdxFile labels, IdxFile images) {
    if (labels.records() != images.records()) {
      throw new DataException(
          "%s has %d labels, %s has %d images: they must be as many, image by image"
              .formatted(
                  labels.file().name(), labels.records(), images.file().name(), images.records()));
    }
    try (InputStream in = labels.open(hadoop, 0)) {
      byte[] digits = in.readNBytes(labels.records());
      if (digits.length < labels.records()) {
        throw labels.cut(digits.length);
      }
      labels.requireEnd(in);
      return digits;
    } catch (IOException e) {
      throw IdxFile.unreadable(labels.file().name(), e);
    }
  }

  private static StructType schema(boolean labelled) {
    StructType schema = new StructType().add(BYTES, DataTypes.BinaryType, false);
    return Identity.addTo(labelled ? schema.add("label", DataTypes.IntegerType, false) : schema);
  }

  /** A compressed file is read from its beginning by each task, so they are as many as slots. */
  private static JavaRDD<Row> rows(SparkSession session, IdxFile idx, byte[] digits, int wanted) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    int most = spark.defaultParallelism() * (idx.gzipped() ? 1 : TASKS_A_SLOT);
    int tasks = Math.min(wanted, most);
    List<Integer> numbers = new ArrayList<>();
    for (int task = 0; task < tasks; task++) {
      numbers.add(task);
    }
    Broadcast<SerializableConfiguration> settings =
        spark.broadcast(new SerializableConfiguration(LineFiles.hadoop(session)));
    Broadcast<byte[]> labels = spark.broadcast(digits);
    return spark
        .parallelize(numbers, tasks)
        .flatMap(
            task ->
                new IdxRows(
                    settings.value().value(),
                    idx,
                    labels.value(),
                    (int) ((long) wanted * task / tasks),
                    (int) ((long) wanted * (task + 1) / tasks)));
  }
}

package dev.lockstep.spark.source;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;

/**
 * A column of images: vectors of pixels from 0 to 255, in the order {@code [channels, height,
 * width]} as PyTorch has it. The column's metadata tell the shape, so that it stays with the column
 * on its way through Spark, and in parquet files. Pixels are made only of rows that are asked for
 * them: images are neither read nor decoded where a query does not need them.
 */
public final class ImageColumn {
  /** The column's name. */
  public static final String NAME = "image";

  private static final String SHAPE = "lockstep_shape";
  private static final String IS_NAME = "lockstep_name";

  private ImageColumn() {}

  /** The shape that a column tells, {@code [channels, height, width]}; empty if it tells none. */
  public static List<Integer> shape(StructField field) {
    Metadata metadata = field.metadata();
    if (!metadata.contains(SHAPE)) {
      return List.of();
    }
    return Arrays.stream(metadata.getLongArray(SHAPE)).mapToObj(Math::toIntExact).toList();
  }

  /** The metadata that tell a shape. */
  public static Metadata told(List<Integer> shape) {
    long[] lengths = shape.stream().mapToLong(Integer::longValue).toArray();
    return new MetadataBuilder().putLongArray(SHAPE, lengths).build();
  }

  /** Whether a column only names the files of images. */
  public static boolean isFileName(StructField field) {
    return field.metadata().contains(IS_NAME);
  }

  /**
   * Puts pixels in the place of a column of bytes.
   *
   * @param bytes the column, of bytes from 0 to 255
   */
  static Dataset<Row> inPlaceOf(String bytes, Dataset<Row> frame, List<Integer> shape) {
    UDF1<byte[], Vector> pixels =
        row -> {
          double[] values = new double[row.length];
          for (int i = 0; i < row.length; i++) {
            values[i] = row[i] & 0xFF;
          }
          return Vectors.dense(values);
        };
    return frame.select(
        Arrays.stream(frame.columns())
            .map(
                name ->
                    name.equals(bytes) ? image(pixels, frame.col(bytes), shape) : frame.col(name))
            .toArray(Column[]::new));
  }

  /**
   * Adds the pixels of files, as the first column.
   *
   * @param names the column of their names, which stays unless it is called as the pixels are
   */
  static Dataset<Row> addTo(Dataset<Row> frame, String names, ImageSet images) {
    UDF1<String, Vector> pixels = name -> Vectors.dense(images.pixels(name));
    Column files = column(frame, names);
    List<Column> columns = new ArrayList<>(List.of(image(pixels, files, images.shape())));
    for (String name : frame.columns()) {
      if (!name.equals(names)) {
        columns.add(column(frame, name));
      } else if (!name.equals(NAME)) {
        columns.add(files.as(name, new MetadataBuilder().putBoolean(IS_NAME, true).build()));
      }
    }
    return frame.select(columns.toArray(Column[]::new));
  }

  private static Column column(Dataset<Row> frame, String name) {
    return frame.col("`" + name.replace("`", "``") + "`");
  }

  private static Column image(UDF1<?, Vector> pixels, Column of, List<Integer> shape) {
    return functions
        .udf(pixels, SQLDataTypes.VectorType())
        .asNonNullable()
        .apply(of)
        .as(NAME, told(shape));
  }
}

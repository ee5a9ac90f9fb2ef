package dev.lockstep.spark.source;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;

/**
 * A column of images: vectors of pixels from 0 to 255, in the order {@code [channels, height,
 * width]} as PyTorch has it. The column's metadata tell the shape, so that it stays with the column
 * on its way through Spark, and in parquet files.
 */
public final class ImageColumn {
  /** The column's name. */
  public static final String NAME = "image";

  private static final String SHAPE = "lockstep_shape";
  private static final int DIMENSIONS = 3;

  private ImageColumn() {}

  /** The shape that a column tells, {@code [channels, height, width]}; empty if it tells none. */
  public static List<Integer> shape(StructField field) {
    Metadata metadata = field.metadata();
    if (!metadata.contains(SHAPE)) {
      return List.of();
    }
    return Arrays.stream(metadata.getLongArray(SHAPE)).mapToObj(Math::toIntExact).toList();
  }

  /** A column as one of images of a shape. */
  static Column of(Column vectors, List<Integer> shape) {
    if (shape.size() != DIMENSIONS) {
      throw new IllegalArgumentException("a shape is [channels, height, width], is " + shape);
    }
    long[] lengths = shape.stream().mapToLong(Integer::longValue).toArray();
    return vectors.as(NAME, new MetadataBuilder().putLongArray(SHAPE, lengths).build());
  }

  /** Pixels as they are in a column of bytes, from 0 to 255; made only where they are asked for. */
  static Column ofBytes(Column bytes, List<Integer> shape) {
    UDF1<byte[], org.apache.spark.ml.linalg.Vector> pixels =
        row -> {
          double[] values = new double[row.length];
          for (int i = 0; i < row.length; i++) {
            values[i] = row[i] & 0xFF;
          }
          return Vectors.dense(values);
        };
    return of(
        functions
            .udf(pixels, org.apache.spark.ml.linalg.SQLDataTypes.VectorType())
            .asNonNullable()
            .apply(bytes),
        shape);
  }
}

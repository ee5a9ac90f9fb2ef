package dev.lockstep.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Dense rows for solvers of others: {@code PREFIX.x} holds the features, float32, row-major, {@code
 * PREFIX.y} the labels, float32; both in the machine's byte order.
 *
 * @param prefix the files' common path
 * @param rows n
 * @param features d
 */
record RowFiles(Path prefix, long rows, int features) {
  /**
   * Writes the columns {@code features} and {@code label}.
   *
   * @throws IllegalArgumentException if the data has other sizes
   */
  void write(Dataset<Row> data) throws IOException {
    Files.createDirectories(prefix.toAbsolutePath().getParent());
    Iterator<Row> each = data.select("features", "label").toLocalIterator();
    long written = 0;
    try (OutputStream x = open(".x");
        OutputStream y = open(".y")) {
      for (; each.hasNext(); written++) {
        Row row = each.next();
        x.write(bytes(features, row.<Vector>getAs(0).toArray()));
        y.write(bytes(1, row.getDouble(1)));
      }
    }
    if (written != rows) {
      throw new IllegalArgumentException(written + " rows, must be " + rows);
    }
  }

  /** The parameters that a solver wrote to {@code PREFIX.w}, float64. */
  float[] parameters() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file(".w")));
    bytes.order(ByteOrder.nativeOrder());
    float[] values = new float[bytes.remaining() / Double.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) bytes.getDouble();
    }
    return values;
  }

  private OutputStream open(String suffix) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(file(suffix)), 1 << 20);
  }

  private Path file(String suffix) {
    return prefix.resolveSibling(prefix.getFileName() + suffix);
  }

  private static byte[] bytes(int length, double... values) {
    if (values.length != length) {
      throw new IllegalArgumentException(values.length + " values, must be " + length);
    }
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * length).order(ByteOrder.nativeOrder());
    for (double value : values) {
      bytes.putFloat((float) value);
    }
    return bytes.array();
  }
}

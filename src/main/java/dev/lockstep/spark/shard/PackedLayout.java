package dev.lockstep.spark.shard;

import dev.lockstep.spark.prepare.StatisticsRequest;
import java.io.Serializable;

/**
 * Where things are in the rows that are packed, and how a packed row looks. The rows have the
 * columns that statistics read, then those that decide the place, then float32 columns: the labels
 * unless they are classes, the weight and the offset where present.
 *
 * <p>A packed row, little-endian, has a head: the row within its band, the number of written values
 * (its complement if all are written), how many of them are not zero (ints); weight, offset
 * (floats); the folds, a byte for each repeat; the labels (floats), or the length (int) and UTF-8
 * of the class. And it has entries: the indices of the values (ints) unless all are written; the
 * values (floats). In a chunk heads follow each other from the front, entries from the back: to
 * count rows is to read heads, without the memory between them.
 *
 * @param labels how many label columns there are
 * @param classes whether the label is a class
 * @param labelAt the name of the class
 * @param placeAt the first column that decides the place
 * @param floatsAt the first label as a float
 * @param weightAt the weight as a float, -1 if every weight is 1
 * @param offsetAt the offset as a float, -1 if every offset is 0
 */
record PackedLayout(
    int labels, boolean classes, int labelAt, int placeAt, int floatsAt, int weightAt, int offsetAt)
    implements Serializable {
  /** Bytes of a head before its folds. */
  static final int HEADER_BYTES = 3 * Integer.BYTES + 2 * Float.BYTES;

  /** Stands for the next row where the heads of a chunk end before its entries begin. */
  static final int END = -1;

  private static final int FIRST_LABEL = 4;
  private static final int PLACE_COLUMNS = 6;

  /** Bytes of the entries of a row, from the number of written values or its complement. */
  static int entryBytes(int stored) {
    return stored < 0
        ? Math.multiplyExact(Float.BYTES, ~stored)
        : Math.multiplyExact(Float.BYTES + Integer.BYTES, stored);
  }

  /** The layout of rows with the columns of a request. */
  static PackedLayout of(StatisticsRequest request) {
    int labels = request.labels().size();
    boolean weighted = !request.weight().isEmpty();
    boolean offset = !request.offset().isEmpty();
    int vectorAt = FIRST_LABEL + labels + (weighted ? 1 : 0) + (offset ? 1 : 0);
    int floatsAt = vectorAt + 1 + PLACE_COLUMNS;
    int weightAt = floatsAt + (request.classes() ? 0 : labels);
    int offsetAt = weightAt + (weighted ? 1 : 0);
    return new PackedLayout(
        labels,
        request.classes(),
        FIRST_LABEL,
        vectorAt + 1,
        floatsAt,
        weighted ? weightAt : -1,
        offset ? offsetAt : -1);
  }
}

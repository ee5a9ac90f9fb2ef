package dev.lockstep.spark.prepare;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.unsafe.Platform;

/**
 * The written entries of a Spark ML vector, in arrays that the next vector overwrites; no object a
 * row. Not safe for threads.
 */
public final class VectorEntries {
  private final PixelScaling scaling;
  private int size;
  private int count;
  private boolean dense;
  private double[] values = {};
  private int[] indices = {};

  /** Entries that are scaled as they are read. */
  public VectorEntries(PixelScaling scaling) {
    this.scaling = scaling;
  }

  /** Reads a vector in Spark's internal form: type, size, indices, values. */
  void read(InternalRow vector) {
    dense = vector.getByte(0) == 1;
    ArrayData written = vector.getArray(3);
    count = written.numElements();
    size = dense ? count : vector.getInt(1);
    room();
    copy(written, Double.BYTES, values, Platform.DOUBLE_ARRAY_OFFSET);
    if (!dense) {
      copy(vector.getArray(2), Integer.BYTES, indices, Platform.INT_ARRAY_OFFSET);
    }
    scale();
  }

  /** Reads a vector of a column batch, which must be there. */
  public void read(ColumnVector vectors, int row) {
    dense = vectors.getChild(0).getByte(row) == 1;
    ColumnarArray written = vectors.getChild(3).getArray(row);
    count = written.numElements();
    size = dense ? count : vectors.getChild(1).getInt(row);
    room();
    // Not toDoubleArray(): a new array a row is memory that no cache holds.
    double[] to = values;
    for (int i = 0; i < count; i++) {
      to[i] = written.getDouble(i);
    }
    if (!dense) {
      ColumnarArray places = vectors.getChild(2).getArray(row);
      int[] at = indices;
      for (int i = 0; i < count; i++) {
        at[i] = places.getInt(i);
      }
    }
    scale();
  }

  /** Scales; what is centred has no zeros to leave out. */
  private void scale() {
    if (scaling.isCentred() && !dense) {
      double[] all = new double[size];
      for (int i = 0; i < count; i++) {
        all[indices[i]] = values[i];
      }
      values = all;
      count = size;
      dense = true;
    }
    if (dense) {
      scaling.scale(values, count);
    } else {
      scaling.scale(values, indices, count);
    }
  }

  private void room() {
    if (values.length < count) {
      values = new double[Math.max(count, 2 * values.length)];
    }
    if (!dense && indices.length < count) {
      indices = new int[Math.max(count, 2 * indices.length)];
    }
  }

  private static void copy(ArrayData from, int elementBytes, Object to, long offset) {
    int elements = from.numElements();
    if (from instanceof UnsafeArrayData unsafe) {
      long first = unsafe.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes(elements);
      Platform.copyMemory(
          unsafe.getBaseObject(), first, to, offset, (long) elements * elementBytes);
    } else if (to instanceof double[] doubles) {
      System.arraycopy(from.toDoubleArray(), 0, doubles, 0, elements);
    } else {
      System.arraycopy(from.toIntArray(), 0, to, 0, elements);
    }
  }

  /** How many elements the vector has. */
  public int size() {
    return size;
  }

  /** How many of them are written. */
  public int count() {
    return count;
  }

  /** The element of a written entry. */
  public int index(int entry) {
    return dense ? entry : indices[entry];
  }

  /**
   * Copies the elements of the written entries of a vector of which not every element is.
   *
   * @param into {@code [count]}; written
   */
  public void copyIndices(int[] into) {
    System.arraycopy(indices, 0, into, 0, count);
  }

  /** The value of a written entry. */
  public double value(int entry) {
    return values[entry];
  }

  /** Whether every element is written. */
  public boolean dense() {
    return dense;
  }

  /** The first entry that is no finite float32, -1 if all are. */
  public int firstUnusable() {
    double[] all = values;
    for (int i = 0; i < count; i++) {
      if (!(Math.abs(all[i]) <= Float.MAX_VALUE)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Narrows the values; a negative zero becomes zero.
   *
   * @param into {@code [count]}; written
   * @return how many are not zero
   */
  public int narrow(float[] into) {
    double[] all = values;
    int nonzeros = 0;
    for (int i = 0; i < count; i++) {
      float value = (float) all[i] + 0f;
      into[i] = value;
      nonzeros += value == 0f ? 0 : 1;
    }
    return nonzeros;
  }
}

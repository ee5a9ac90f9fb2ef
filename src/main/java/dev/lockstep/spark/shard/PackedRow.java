package dev.lockstep.spark.shard;

import dev.lockstep.spark.prepare.VectorEntries;
import java.nio.ByteBuffer;

/** One row on its way into a chunk, in arrays that the next row overwrites. */
final class PackedRow {
  private static final byte[] NO_CLASS = {};

  private final boolean classes;
  private final float[] labels;
  private final byte[] folds;
  private byte[] className = NO_CLASS;
  private float weight = 1f;
  private float offset;
  private float[] values = {};
  private int[] indices = {};
  private int stored;
  private int nonzeros;
  private boolean dense;

  /**
   * Rows of one kind.
   *
   * @param classes whether the label is a class
   * @param labels how many label columns there are
   * @param repeats how many folds there are, one for each repeat
   */
  PackedRow(boolean classes, int labels, int repeats) {
    this.folds = new byte[repeats];
    this.classes = classes;
    this.labels = new float[classes ? 0 : labels];
  }

  /** Takes the UTF-8 of the class. */
  void className(byte[] name) {
    className = name;
  }

  /** Takes a label. */
  void label(int number, float label) {
    labels[number] = label;
  }

  /** The row's folds, a byte for each repeat, to be written in place. */
  byte[] folds() {
    return folds;
  }

  /** Takes the weight, 1 where there is none. */
  void weight(float of) {
    weight = of;
  }

  /** Takes the offset, 0 where there is none. */
  void offset(float of) {
    offset = of;
  }

  /** Takes the features: as they are in a block, without zeros, or all of them. */
  void features(VectorEntries features) {
    int count = features.count();
    if (values.length < count) {
      values = new float[Math.max(count, 2 * values.length)];
      indices = new int[values.length];
    }
    nonzeros = features.narrow(values);
    dense = features.dense() && 2 * nonzeros > count;
    stored = dense ? count : nonzeros;
    if (nonzeros == count && !features.dense()) {
      features.copyIndices(indices);
    } else if (!dense) {
      compact(features);
    }
  }

  private void compact(VectorEntries features) {
    int kept = 0;
    for (int i = 0; i < features.count(); i++) {
      if (values[i] != 0f) {
        indices[kept] = features.index(i);
        values[kept++] = values[i];
      }
    }
  }

  /** The bytes that the row takes. */
  int sizeBytes() {
    int labelBytes = classes ? Integer.BYTES + className.length : Float.BYTES * labels.length;
    int headBytes = PackedLayout.HEADER_BYTES + folds.length + labelBytes;
    return Math.addExact(headBytes, PackedLayout.entryBytes(code()));
  }

  private int code() {
    return dense ? ~stored : stored;
  }

  /**
   * Writes the row into a chunk that has room: its head at the position, its entries at the limit.
   */
  void write(ByteBuffer chunk, int rowInBand) {
    chunk.putInt(rowInBand).putInt(code()).putInt(nonzeros);
    chunk.putFloat(weight).putFloat(offset).put(folds);
    if (classes) {
      chunk.putInt(className.length).put(className);
    } else {
      for (float label : labels) {
        chunk.putFloat(label);
      }
    }
    int nextHead = chunk.position();
    int entries = chunk.limit() - PackedLayout.entryBytes(code());
    chunk.position(entries);
    if (!dense) {
      chunk.asIntBuffer().put(indices, 0, stored);
      chunk.position(entries + Integer.BYTES * stored);
    }
    chunk.asFloatBuffer().put(values, 0, stored);
    chunk.position(nextHead).limit(entries);
  }
}

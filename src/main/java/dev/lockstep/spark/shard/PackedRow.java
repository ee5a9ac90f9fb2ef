package dev.lockstep.spark.shard;

import dev.lockstep.spark.prepare.VectorEntries;
import java.nio.ByteBuffer;
import org.apache.spark.sql.catalyst.InternalRow;

/** One row on its way into a chunk, in arrays that the next row overwrites. */
final class PackedRow {
  private static final byte[] NO_CLASS = {};

  private final PackedLayout layout;
  private InternalRow row;
  private byte[] className = NO_CLASS;
  private float[] values = {};
  private int[] indices = {};
  private int stored;
  private int nonzeros;
  private boolean dense;

  PackedRow(PackedLayout layout) {
    this.layout = layout;
  }

  /** Takes a row and its features: as they are in a block, without zeros, or all of them. */
  void take(InternalRow next, VectorEntries features) {
    row = next;
    if (layout.classes()) {
      className = row.getUTF8String(layout.labelAt()).getBytes();
    }
    int count = features.count();
    if (values.length < count) {
      values = new float[Math.max(count, 2 * values.length)];
      indices = new int[values.length];
    }
    nonzeros = features.narrow(values);
    dense = features.dense() && 2 * nonzeros > count;
    stored = dense ? count : nonzeros;
    if (!dense) {
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
    int labels =
        layout.classes() ? Integer.BYTES + className.length : Float.BYTES * layout.labels();
    long entries = (long) stored * (dense ? Float.BYTES : Float.BYTES + Integer.BYTES);
    return Math.toIntExact(PackedLayout.HEADER_BYTES + labels + entries);
  }

  /** Writes the row at the end of a chunk that has room. */
  void write(ByteBuffer chunk, int rowInBand) {
    chunk.putInt(rowInBand).putInt(dense ? ~stored : stored).putInt(nonzeros);
    chunk.putFloat(layout.weightAt() < 0 ? 1f : row.getFloat(layout.weightAt()));
    chunk.putFloat(layout.offsetAt() < 0 ? 0f : row.getFloat(layout.offsetAt()));
    if (layout.classes()) {
      chunk.putInt(className.length).put(className);
    } else {
      for (int k = 0; k < layout.labels(); k++) {
        chunk.putFloat(row.getFloat(layout.floatsAt() + k));
      }
    }
    if (!dense) {
      chunk.asIntBuffer().put(indices, 0, stored);
      chunk.position(chunk.position() + Integer.BYTES * stored);
    }
    chunk.asFloatBuffer().put(values, 0, stored);
    chunk.position(chunk.position() + Float.BYTES * stored);
  }
}

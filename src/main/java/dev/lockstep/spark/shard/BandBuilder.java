package dev.lockstep.spark.shard;

import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Features;
import dev.lockstep.data.SparseRows;
import dev.lockstep.math.Kernels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Turns the chunks of a band into blocks. Every row says where it belongs, so nothing is sorted:
 * the order of chunks, and of rows in them, means nothing. A block is dense or sparse, whichever
 * takes fewer bytes, as {@link BlockBuilder} has it.
 */
final class BandBuilder {
  /** Multiply-adds that a training spends on a value, if it has few passes. */
  private static final int WORK = 16;

  private final BlockShape shape;
  private final Map<UTF8String, Float> classes;
  private final int rows;
  private final int[] nonzeros;
  private final float[] labels;
  private final float[] weights;
  private final float[] offsets;
  private final int repeats;

  /** {@code [repeats, rows]}. */
  private final byte[] folds;

  /** Of each block, {@code [rows, stride]} values, or its entries. */
  private final float[][] values;

  private final int[][] indices;
  private final int[][] starts;

  /**
   * Of one band.
   *
   * @param classes the index of each class, empty if labels are numbers
   * @param rows how many rows the band has
   * @param repeats how many folds a row has
   */
  BandBuilder(BlockShape shape, Map<UTF8String, Float> classes, int rows, int repeats) {
    this.shape = shape;
    this.classes = classes;
    this.rows = rows;
    nonzeros = new int[rows];
    labels = new float[rows * shape.labelWidth()];
    weights = new float[rows];
    offsets = new float[rows];
    this.repeats = repeats;
    folds = new byte[Math.multiplyExact(repeats, rows)];
    int blocks = (rows + shape.blockRows() - 1) / shape.blockRows();
    values = new float[blocks][];
    indices = new int[blocks][];
    starts = new int[blocks][];
  }

  /** The blocks of all rows of the band, in order. */
  List<Block> build(List<byte[]> chunks) {
    Arrays.fill(nonzeros, -1);
    chunks.forEach(this::count);
    for (int row = 0; row < rows; row++) {
      if (nonzeros[row] < 0) {
        throw new IllegalStateException(
            "row " + row + " of " + rows + " did not come to its shard");
      }
    }
    for (int block = 0; block < values.length; block++) {
      allocate(block);
    }
    // Not to compute: where much work is to come, kernels get ready before the first round. Not
    // while rows are read, which has the compiler's hands full.
    long stored = Arrays.stream(values).mapToLong(block -> block.length).sum();
    Kernels.best(WORK * stored);
    chunks.forEach(this::fill);
    List<Block> blocks = new ArrayList<>();
    for (int block = 0; block < values.length; block++) {
      blocks.add(block(block));
    }
    return blocks;
  }

  private void count(byte[] chunk) {
    ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = next(buffer); row != PackedLayout.END; row = next(buffer)) {
      int stored = buffer.getInt();
      if (nonzeros[row] >= 0) {
        throw new IllegalStateException("row " + row + " of " + rows + " came twice");
      }
      nonzeros[row] = buffer.getInt();
      buffer.position(buffer.position() + 2 * Float.BYTES + repeats);
      int labelBytes = classes.isEmpty() ? Float.BYTES * shape.labelWidth() : buffer.getInt();
      buffer.position(buffer.position() + labelBytes);
      buffer.limit(buffer.limit() - PackedLayout.entryBytes(stored));
    }
  }

  /** The place in the band of the row that comes next. */
  private static int next(ByteBuffer buffer) {
    return buffer.remaining() < Integer.BYTES ? PackedLayout.END : buffer.getInt();
  }

  private int first(int block) {
    return block * shape.blockRows();
  }

  private int rowsOf(int block) {
    return Math.min(shape.blockRows(), rows - first(block));
  }

  private void allocate(int block) {
    int count = rowsOf(block);
    int[] ends = new int[count + 1];
    for (int i = 0; i < count; i++) {
      ends[i + 1] = Math.addExact(ends[i], nonzeros[first(block) + i]);
    }
    int stride = DenseRows.strideOf(shape.columns());
    if (BlockBuilder.sparseIsSmaller(count, ends[count], stride)) {
      starts[block] = ends;
      indices[block] = new int[ends[count]];
      values[block] = new float[ends[count]];
    } else {
      values[block] = new float[count * stride];
    }
  }

  private void fill(byte[] chunk) {
    ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    int[] scratch = new int[0];
    for (int row = next(buffer); row != PackedLayout.END; row = next(buffer)) {
      int stored = buffer.getInt();
      buffer.getInt();
      weights[row] = buffer.getFloat();
      offsets[row] = buffer.getFloat();
      for (int repeat = 0; repeat < repeats; repeat++) {
        folds[repeat * rows + row] = buffer.get();
      }
      label(buffer, row);
      int nextHead = buffer.position();
      int entries = buffer.limit() - PackedLayout.entryBytes(stored);
      buffer.position(entries);
      int block = row / shape.blockRows();
      if (stored < 0) {
        all(buffer, block, row - first(block), ~stored);
      } else {
        if (scratch.length < stored) {
          scratch = new int[Math.max(stored, 2 * scratch.length)];
        }
        written(buffer, block, row - first(block), stored, scratch);
      }
      buffer.position(nextHead).limit(entries);
    }
  }

  private void label(ByteBuffer buffer, int row) {
    if (classes.isEmpty()) {
      for (int k = 0; k < shape.labelWidth(); k++) {
        labels[row * shape.labelWidth() + k] = buffer.getFloat();
      }
      return;
    }
    int length = buffer.getInt();
    labels[row] = classes.get(UTF8String.fromBytes(buffer.array(), buffer.position(), length));
    buffer.position(buffer.position() + length);
  }

  /** A row of which every feature comes. */
  private void all(ByteBuffer buffer, int block, int row, int columns) {
    if (starts[block] == null) {
      buffer.asFloatBuffer().get(values[block], row * DenseRows.strideOf(shape.columns()), columns);
      return;
    }
    int at = starts[block][row];
    for (int column = 0; column < columns; column++) {
      float value = buffer.getFloat();
      if (value != 0f) {
        indices[block][at] = column;
        values[block][at++] = value;
      }
    }
  }

  /** A row of which the features come that are not zero. */
  private void written(ByteBuffer buffer, int block, int row, int entries, int[] scratch) {
    boolean sparse = starts[block] != null;
    int[] columns = sparse ? indices[block] : scratch;
    int first = sparse ? starts[block][row] : 0;
    buffer.asIntBuffer().get(columns, first, entries);
    buffer.position(buffer.position() + Integer.BYTES * entries);
    if (sparse) {
      buffer.asFloatBuffer().get(values[block], first, entries);
      return;
    }
    int base = row * DenseRows.strideOf(shape.columns());
    for (int entry = 0; entry < entries; entry++) {
      values[block][base + columns[entry]] = buffer.getFloat();
    }
  }

  private Block block(int block) {
    int from = first(block);
    int count = rowsOf(block);
    int width = shape.labelWidth();
    Features features =
        starts[block] == null
            ? new DenseRows(
                values[block], count, shape.columns(), DenseRows.strideOf(shape.columns()))
            : new SparseRows(starts[block], indices[block], values[block], shape.columns());
    return new Block(
        features,
        Arrays.copyOfRange(labels, from * width, (from + count) * width),
        width,
        unless(1f, weights, from, count),
        unless(0f, offsets, from, count),
        folds(from, count));
  }

  private byte[] folds(int from, int count) {
    byte[] ofBlock = new byte[repeats * count];
    for (int repeat = 0; repeat < repeats; repeat++) {
      System.arraycopy(folds, repeat * rows + from, ofBlock, repeat * count, count);
    }
    return ofBlock;
  }

  /** A part of an array; empty if every value is the usual one. */
  private static float[] unless(float usual, float[] all, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (all[i] != usual) {
        return Arrays.copyOfRange(all, from, from + count);
      }
    }
    return new float[0];
  }
}

package dev.lockstep.spark.shard;

import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Features;
import dev.lockstep.data.SparseRows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * Reads rows of blocks from {@link BlockFile}s into arrays that it keeps, by way of a buffer small
 * enough for the second-level cache: so rows cost little more than one copy from the page cache,
 * and no garbage. What was read holds until the next read. Not safe for threads: each has its own.
 *
 * <p>Mapped files would save the copy, but their pages count as memory of the process, and YARN
 * ends processes that have more than they asked for.
 */
final class BlockReader {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final ThreadLocal<BlockReader> OWN = ThreadLocal.withInitial(BlockReader::new);

  private final ByteBuffer bytes =
      ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
  private final FloatBuffer floats = bytes.asFloatBuffer();
  private final IntBuffer ints = bytes.asIntBuffer();
  private int[] starts = {};
  private int[] indices = {};
  private float[] values = {};
  private float[] labels = {};
  private float[] weights = {};
  private float[] offsets = {};

  private BlockReader() {}

  /** The reader of this thread. */
  static BlockReader own() {
    return OWN.get();
  }

  /** Rows {@code [from, to)} of a block, as a block; holds until this reader reads again. */
  Block read(BlockFile file, BlockPlace place, int from, int to) {
    int width = place.labels() == 0 ? 0 : place.labelWidth();
    labels = floats(file, place.labelsAt(), from, to, width, labels);
    weights = floats(file, place.weightsAt(), from, to, place.weights() == 0 ? 0 : 1, weights);
    offsets = floats(file, place.offsetsAt(), from, to, place.offsets() == 0 ? 0 : 1, offsets);
    return new Block(
        place.dense() ? dense(file, place, from, to) : sparse(file, place, from, to),
        place.labels() == 0 ? new float[0] : labels,
        place.labelWidth(),
        place.weights() == 0 ? new float[0] : weights,
        place.offsets() == 0 ? new float[0] : offsets,
        folds(file, place, from, to));
  }

  private Features dense(BlockFile file, BlockPlace place, int from, int to) {
    values = floats(file, place.valuesAt(), from, to, place.stride(), values);
    return new DenseRows(values, to - from, place.columns(), place.stride());
  }

  private Features sparse(BlockFile file, BlockPlace place, int from, int to) {
    int rows = to - from;
    // Its length says how many rows there are.
    starts = starts.length == rows + 1 ? starts : new int[rows + 1];
    ints(file, place.at() + 4L * from, rows + 1, starts);
    int first = starts[0];
    int entries = starts[rows] - first;
    for (int i = 0; i <= rows; i++) {
      starts[i] -= first;
    }
    indices = indices.length >= entries ? indices : new int[entries];
    ints(file, place.indicesAt() + 4L * first, entries, indices);
    values = floats(file, place.valuesAt(), first, first + entries, 1, values);
    return new SparseRows(starts, indices, values, place.columns());
  }

  /** The numbers of the rows, {@code width} a row, in the array or a longer one. */
  private float[] floats(BlockFile file, long start, int from, int to, int width, float[] into) {
    int length = (to - from) * width;
    float[] array = into.length >= length ? into : new float[length];
    long at = start + 4L * from * width;
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, BUFFER_BYTES / Float.BYTES);
      file.read(bytes.clear().limit(part * Float.BYTES), at + 4L * done);
      floats.position(0).get(array, done, part);
      done += part;
    }
    return array;
  }

  private void ints(BlockFile file, long at, int length, int[] into) {
    for (int done = 0; done < length; ) {
      int part = Math.min(length - done, BUFFER_BYTES / Integer.BYTES);
      file.read(bytes.clear().limit(part * Integer.BYTES), at + 4L * done);
      ints.position(0).get(into, done, part);
      done += part;
    }
  }

  private byte[] folds(BlockFile file, BlockPlace place, int from, int to) {
    int rows = to - from;
    byte[] folds = new byte[place.repeats() * rows];
    for (int repeat = 0; repeat < place.repeats(); repeat++) {
      long at = place.foldsAt() + (long) repeat * place.rows() + from;
      for (int done = 0; done < rows; ) {
        int part = Math.min(rows - done, BUFFER_BYTES);
        file.read(bytes.clear().limit(part), at + done);
        bytes.get(0, folds, repeat * rows + done, part);
        done += part;
      }
    }
    return folds;
  }
}

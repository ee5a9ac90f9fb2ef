package dev.lockstep.spark.shard;

import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Features;
import dev.lockstep.data.SparseRows;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.spark.SparkEnv;

/**
 * Blocks in a file under Spark's local directories, read by position: a step reads the blocks of
 * its batch and nothing else. The file belongs to one JVM and one shard; Spark removes its
 * directories when the executor ends, a shard that is dropped earlier removes its file itself. Safe
 * for concurrent reads, of which any may be interrupted; blocks are appended by one thread, before.
 */
final class BlockFile implements Closeable {
  private static final int DENSE = 0;
  private static final int SPARSE = 1;
  private static final int HEADER_INTS = 10;

  private final Path path;
  private volatile FileChannel channel;
  private volatile boolean closed;
  private long end;

  /** Where a block lies. */
  record Place(long offset, int sizeBytes) {}

  private BlockFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** A new, empty file in one of Spark's local directories. */
  static BlockFile create() {
    File file = SparkEnv.get().blockManager().diskBlockManager().createTempLocalBlock()._2();
    return create(file.toPath());
  }

  /** A new, empty file at a path. */
  static BlockFile create(Path path) {
    try {
      return new BlockFile(
          path,
          FileChannel.open(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create the block file " + path, e);
    }
  }

  /** Writes a block at the end. */
  Place append(Block block) {
    Features features = block.features();
    int[] starts = features instanceof SparseRows sparse ? sparse.starts() : new int[0];
    int[] indices = features instanceof SparseRows sparse ? sparse.indices() : new int[0];
    float[] values = values(features);
    int[] header = {
      features instanceof DenseRows ? DENSE : SPARSE,
      features.rows(),
      features.columns(),
      block.labelWidth(),
      starts.length,
      indices.length,
      values.length,
      block.labels().length,
      block.weights().length,
      block.offsets().length
    };
    long floats = (long) values.length + block.labels().length + block.weights().length;
    long bytes =
        4L * (HEADER_INTS + starts.length + indices.length + floats + block.offsets().length)
            + block.folds().length;
    ByteBuffer buffer = buffer(Math.toIntExact(bytes));
    ints(buffer, header);
    ints(buffer, starts);
    ints(buffer, indices);
    floats(buffer, values);
    floats(buffer, block.labels());
    floats(buffer, block.weights());
    floats(buffer, block.offsets());
    buffer.put(block.folds()).flip();
    Place place = new Place(end, buffer.limit());
    try {
      while (buffer.hasRemaining()) {
        end += channel.write(buffer, end);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the block file " + path, e);
    }
    return place;
  }

  /** Reads a block. */
  Block read(Place place) {
    ByteBuffer buffer = buffer(place.sizeBytes());
    try {
      fill(buffer, place.offset());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the block file " + path, e);
    }
    buffer.flip();
    int[] header = ints(buffer, HEADER_INTS);
    int[] starts = ints(buffer, header[4]);
    int[] indices = ints(buffer, header[5]);
    float[] values = floats(buffer, header[6]);
    int rows = header[1];
    int columns = header[2];
    Features features =
        header[0] == DENSE
            ? new DenseRows(values, rows, columns, DenseRows.strideOf(columns))
            : new SparseRows(starts, indices, values, columns);
    float[] labels = floats(buffer, header[7]);
    float[] weights = floats(buffer, header[8]);
    float[] offsets = floats(buffer, header[9]);
    byte[] folds = new byte[buffer.remaining()];
    buffer.get(folds);
    return new Block(features, labels, header[3], weights, offsets, folds);
  }

  /**
   * Reads until the buffer is full. A reader that is interrupted, as Spark does to the slower of
   * two attempts, closes the channel for all: the others open the file again and go on.
   */
  private void fill(ByteBuffer buffer, long offset) throws IOException {
    while (buffer.hasRemaining()) {
      FileChannel used = channel;
      try {
        if (used.read(buffer, offset + buffer.position()) < 0) {
          throw new IOException("the file ends inside a block at " + offset);
        }
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (ClosedChannelException e) {
        reopen(used, e);
      }
    }
  }

  private synchronized void reopen(FileChannel broken, ClosedChannelException reason)
      throws IOException {
    if (closed) {
      throw reason;
    }
    if (channel == broken) {
      channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      channel.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the block file " + path, e);
    }
  }

  private static float[] values(Features features) {
    return features instanceof DenseRows dense ? dense.values() : ((SparseRows) features).values();
  }

  private static ByteBuffer buffer(int sizeBytes) {
    return ByteBuffer.allocate(sizeBytes).order(ByteOrder.nativeOrder());
  }

  private static void ints(ByteBuffer buffer, int[] values) {
    buffer.asIntBuffer().put(values);
    buffer.position(buffer.position() + 4 * values.length);
  }

  private static void floats(ByteBuffer buffer, float[] values) {
    buffer.asFloatBuffer().put(values);
    buffer.position(buffer.position() + 4 * values.length);
  }

  private static int[] ints(ByteBuffer buffer, int length) {
    int[] values = new int[length];
    buffer.asIntBuffer().get(values);
    buffer.position(buffer.position() + 4 * length);
    return values;
  }

  private static float[] floats(ByteBuffer buffer, int length) {
    float[] values = new float[length];
    buffer.asFloatBuffer().get(values);
    buffer.position(buffer.position() + 4 * length);
    return values;
  }
}

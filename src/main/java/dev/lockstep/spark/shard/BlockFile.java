package dev.lockstep.spark.shard;

import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
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
 * Blocks in a file under Spark's local directories, read by position: a step reads the rows of its
 * batch and nothing else. The file belongs to one JVM and one shard; Spark removes its directories
 * when the executor ends, a shard that is dropped earlier removes its file itself. Safe for
 * concurrent reads, of which any may be interrupted; blocks are appended by one thread, before.
 */
final class BlockFile implements Closeable {
  private final Path path;
  private volatile FileChannel channel;
  private volatile boolean closed;
  private long end;

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
  BlockPlace append(Block block) {
    BlockPlace place = BlockPlace.of(end, block);
    ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(place.end() - place.at()));
    buffer.order(ByteOrder.nativeOrder());
    if (block.features() instanceof SparseRows sparse) {
      ints(buffer, sparse.starts(), place.starts());
      ints(buffer, sparse.indices(), place.entries());
      floats(buffer, sparse.values(), place.values());
    } else {
      floats(buffer, ((DenseRows) block.features()).values(), place.values());
    }
    floats(buffer, block.labels(), place.labels());
    floats(buffer, block.weights(), place.weights());
    floats(buffer, block.offsets(), place.offsets());
    buffer.put(block.folds()).flip();
    try {
      while (buffer.hasRemaining()) {
        end += channel.write(buffer, end);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the block file " + path, e);
    }
    return place;
  }

  /** Fills a buffer from a byte on. */
  void read(ByteBuffer buffer, long offset) {
    try {
      fill(buffer, offset);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the block file " + path, e);
    }
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

  private static void ints(ByteBuffer buffer, int[] values, int count) {
    buffer.asIntBuffer().put(values, 0, count);
    buffer.position(buffer.position() + Integer.BYTES * count);
  }

  private static void floats(ByteBuffer buffer, float[] values, int count) {
    buffer.asFloatBuffer().put(values, 0, count);
    buffer.position(buffer.position() + Float.BYTES * count);
  }
}

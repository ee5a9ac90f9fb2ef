package dev.lockstep.spark.shard;

import dev.lockstep.data.Split;
import dev.lockstep.spark.prepare.RowPlaces;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import scala.Tuple2;

/** The chunks that a task fills, each with rows of one band of a shard. Not safe for threads. */
final class Chunks {
  private static final int SPLITS = Split.values().length;
  private static final int BUFFERS_BYTES = 32 << 20;
  private static final int MOST_CHUNK_BYTES = 64 << 10;
  private static final int LEAST_CHUNK_BYTES = 512;

  private final Bands bands;
  private final int most;
  private final ByteBuffer[] open;
  private final int chunkBytes;
  private final ArrayDeque<Tuple2<Long, Object>> full = new ArrayDeque<>();
  private int flushed;

  Chunks(Bands bands) {
    this.bands = bands;
    this.most = bands.most();
    this.open = new ByteBuffer[Math.multiplyExact(bands.shards() * SPLITS, most)];
    this.chunkBytes =
        Math.max(LEAST_CHUNK_BYTES, Math.min(MOST_CHUNK_BYTES, BUFFERS_BYTES / open.length));
  }

  /** Adds a row at its place. */
  void add(long place, PackedRow row) {
    long rank = RowPlaces.rank(place);
    int inShard = bands.row(rank);
    int band = inShard / bands.bandRows();
    int number = (bands.shard(rank) * SPLITS + RowPlaces.split(place)) * most + band;
    int sizeBytes = row.sizeBytes();
    if (open[number] != null && open[number].remaining() < sizeBytes) {
      take(number);
    }
    if (open[number] == null) {
      open[number] =
          ByteBuffer.allocate(Math.max(chunkBytes, sizeBytes)).order(ByteOrder.LITTLE_ENDIAN);
    }
    row.write(open[number], inShard - band * bands.bandRows());
  }

  /** A chunk that is full, with its key; null if none is. */
  Tuple2<Long, Object> poll() {
    return full.poll();
  }

  /** The next chunk of those that are not full, when all rows are added; null after the last. */
  Tuple2<Long, Object> flush() {
    while (full.isEmpty() && flushed < open.length) {
      if (open[flushed] != null) {
        take(flushed);
      }
      flushed++;
    }
    return full.poll();
  }

  private void take(int number) {
    ByteBuffer chunk = open[number];
    open[number] = null;
    byte[] bytes = chunk.array();
    if (chunk.remaining() > bytes.length / 8) {
      int entries = bytes.length - chunk.limit();
      byte[] trimmed = Arrays.copyOf(bytes, chunk.position() + entries);
      System.arraycopy(bytes, chunk.limit(), trimmed, chunk.position(), entries);
      bytes = trimmed;
    } else if (chunk.remaining() >= Integer.BYTES) {
      chunk.putInt(PackedLayout.END);
    }
    int split = number / most % SPLITS;
    full.add(new Tuple2<>(Bands.key(number / most / SPLITS, split, number % most), bytes));
  }
}

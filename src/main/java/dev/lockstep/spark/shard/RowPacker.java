package dev.lockstep.spark.shard;

import dev.lockstep.data.Split;
import dev.lockstep.spark.prepare.Carried;
import dev.lockstep.spark.prepare.RowPlaces;
import dev.lockstep.spark.prepare.StatisticsReader;
import dev.lockstep.spark.prepare.StatisticsRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Tuple2;

/**
 * Packs the rows of a task into chunks, each for one band of a shard, and counts what statistics
 * ask: chunks come out as they fill, the statistics last, for the shard after the last.
 */
final class RowPacker implements Iterator<Tuple2<Long, Object>> {
  private static final int SPLITS = Split.values().length;
  private static final int BUFFERS_BYTES = 32 << 20;
  private static final int MOST_CHUNK_BYTES = 64 << 10;
  private static final int LEAST_CHUNK_BYTES = 512;

  private final int task;
  private final Iterator<InternalRow> rows;
  private final Bands bands;
  private final int most;
  private final int placeAt;
  private final PackedRow packed;
  private final RowPlaces places;
  private final StatisticsReader statistics;
  private final ByteBuffer[] chunks;
  private final int chunkBytes;
  private int flushed;
  private boolean finished;

  RowPacker(
      int task,
      Iterator<InternalRow> rows,
      Bands bands,
      StatisticsRequest request,
      RowPlaces places) {
    this.task = task;
    this.rows = rows;
    this.bands = bands;
    this.most = bands.most();
    PackedLayout layout = PackedLayout.of(request);
    this.placeAt = layout.placeAt();
    this.packed = new PackedRow(layout);
    this.places = places;
    this.statistics = new StatisticsReader(request);
    this.chunks = new ByteBuffer[Math.multiplyExact(bands.shards() * SPLITS, most)];
    this.chunkBytes =
        Math.max(LEAST_CHUNK_BYTES, Math.min(MOST_CHUNK_BYTES, BUFFERS_BYTES / chunks.length));
  }

  @Override
  public boolean hasNext() {
    return !finished;
  }

  @Override
  public Tuple2<Long, Object> next() {
    while (rows.hasNext()) {
      Tuple2<Long, Object> full = add(rows.next());
      if (full != null) {
        return full;
      }
    }
    while (flushed < chunks.length) {
      ByteBuffer chunk = chunks[flushed++];
      if (chunk != null && chunk.position() > 0) {
        return take(flushed - 1);
      }
    }
    if (finished) {
      throw new NoSuchElementException();
    }
    finished = true;
    long key = Bands.key(bands.shards(), 0, task);
    return new Tuple2<>(key, new Carried<>(statistics.statistics()));
  }

  /** Packs a row; the chunk that it does not fit into any more, or null. */
  private Tuple2<Long, Object> add(InternalRow row) {
    long place = places.place(row, placeAt);
    int split = RowPlaces.split(place);
    statistics.add(row, split == Split.TRAIN.ordinal());
    packed.take(row, statistics.entries(0));
    long rank = RowPlaces.rank(place);
    int inShard = bands.row(rank);
    int band = inShard / bands.bandRows();
    int number = (bands.shard(rank) * SPLITS + split) * most + band;
    int sizeBytes = packed.sizeBytes();
    Tuple2<Long, Object> full = null;
    if (chunks[number] != null && chunks[number].remaining() < sizeBytes) {
      full = take(number);
    }
    if (chunks[number] == null || chunks[number].capacity() < sizeBytes) {
      chunks[number] =
          ByteBuffer.allocate(Math.max(chunkBytes, sizeBytes)).order(ByteOrder.LITTLE_ENDIAN);
    }
    packed.write(chunks[number], inShard - band * bands.bandRows());
    return full;
  }

  /** What a chunk holds, which is empty then. */
  private Tuple2<Long, Object> take(int number) {
    ByteBuffer chunk = chunks[number];
    chunks[number] = null;
    byte[] bytes = chunk.array();
    if (chunk.remaining() > bytes.length / 8) {
      bytes = Arrays.copyOf(bytes, chunk.position());
    } else if (chunk.remaining() >= Integer.BYTES) {
      chunk.putInt(PackedLayout.END);
    }
    int band = number % most;
    int split = number / most % SPLITS;
    return new Tuple2<>(Bands.key(number / most / SPLITS, split, band), bytes);
  }
}

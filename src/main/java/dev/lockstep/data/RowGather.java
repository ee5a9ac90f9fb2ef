package dev.lockstep.data;

import java.util.Arrays;

/**
 * Copies single rows of {@link Rows}, in any order, into one block: what {@code shuffle = rows}
 * works on. Each block that rows are wanted of is asked once, for the rows from the first to the
 * last of them, since it may come from a file. Blocks may differ in form, and in whether they have
 * weights and offsets; the gathered block is dense where any of them is. Keeps its arrays between
 * blocks, so a gathered block holds only until the next one. Not safe for threads.
 */
public final class RowGather {
  private static final float[] NONE = {};

  private long[] visits = {};
  private float[] labels = NONE;
  private float[] weights = NONE;
  private float[] offsets = NONE;
  private byte[] folds = {};
  private float[] taught = NONE;
  private float[] dense = NONE;
  private final Entries found = new Entries();
  private final Entries ordered = new Entries();
  private int[] foundAt = {};
  private int[] lengths = {};
  private int[] starts = {};

  private boolean labelled;
  private boolean weighted;
  private boolean offset;
  private int outputs;
  private int stride;

  /** Features of sparse rows behind each other. */
  private static final class Entries {
    private int[] indices = {};
    private float[] values = NONE;
    private int size;

    void append(int[] fromIndices, float[] fromValues, int from, int length) {
      if (size + length > indices.length) {
        int capacity = Math.max(2 * indices.length, size + length);
        indices = Arrays.copyOf(indices, capacity);
        values = Arrays.copyOf(values, capacity);
      }
      System.arraycopy(fromIndices, from, indices, size, length);
      System.arraycopy(fromValues, from, values, size, length);
      size += length;
    }
  }

  /**
   * Gathers rows into a block.
   *
   * @param rows where they come from
   * @param wanted the row numbers, of which the first {@code count} count
   * @param count how many rows, at least 1
   */
  public Block gather(Rows rows, int[] wanted, int count) {
    order(rows, wanted, count);
    int width = 0;
    int columns = 0;
    for (int visit = 0, end; visit < count; visit = end) {
      end = endOfBlock(visit, count);
      int lowest = Integer.MAX_VALUE;
      int highest = 0;
      for (int v = visit; v < end; v++) {
        int row = wanted[(int) visits[v]] % rows.blockRows();
        lowest = Math.min(lowest, row);
        highest = Math.max(highest, row);
      }
      Batch batch = rows.batch((int) (visits[visit] >> Integer.SIZE), lowest, highest + 1);
      Block block = batch.block();
      if (visit == 0) {
        begin(block, count);
        width = block.labelWidth();
        columns = block.features().columns();
      }
      for (int v = visit; v < end; v++) {
        int slot = (int) visits[v];
        int row = wanted[slot] % rows.blockRows();
        take(block, batch.from() + row - lowest, slot, count);
      }
    }
    Features features = stride > 0 ? dense(count, columns) : sparse(count, columns);
    return new Block(
        features,
        labelled ? labels : NONE,
        width,
        weighted ? weights : NONE,
        offset ? offsets : NONE,
        folds,
        outputs > 0 ? taught : NONE);
  }

  /** Sorts the wanted rows by their blocks: a visit is a block's number and a slot. */
  private void order(Rows rows, int[] wanted, int count) {
    visits = visits.length >= count ? visits : new long[count];
    for (int slot = 0; slot < count; slot++) {
      visits[slot] = (long) (wanted[slot] / rows.blockRows()) << Integer.SIZE | slot;
    }
    Arrays.sort(visits, 0, count);
  }

  /** After the last visit to the block of a visit. */
  private int endOfBlock(int visit, int count) {
    int end = visit + 1;
    while (end < count && visits[end] >> Integer.SIZE == visits[visit] >> Integer.SIZE) {
      end++;
    }
    return end;
  }

  private void begin(Block like, int count) {
    labels = grown(labels, Math.multiplyExact(count, like.labelWidth()));
    weights = grown(weights, count);
    offsets = grown(offsets, count);
    int repeats = like.folds().length / like.rows();
    folds = folds.length == repeats * count ? folds : new byte[repeats * count];
    foundAt = foundAt.length >= count ? foundAt : new int[count];
    lengths = lengths.length >= count ? lengths : new int[count];
    outputs = like.taught().length / like.rows();
    taught = taught.length == outputs * count ? taught : new float[outputs * count];
    labelled = like.labels().length > 0;
    weighted = false;
    offset = false;
    stride = 0;
    found.size = 0;
  }

  private void take(Block block, int row, int slot, int count) {
    int width = block.labelWidth();
    if (labelled) {
      System.arraycopy(block.labels(), row * width, labels, slot * width, width);
    }
    System.arraycopy(block.taught(), row * outputs, taught, slot * outputs, outputs);
    weights[slot] = block.weight(row);
    weighted |= block.weights().length > 0;
    offsets[slot] = block.offset(row);
    offset |= block.offsets().length > 0;
    for (int at = slot, from = row; at < folds.length; at += count, from += block.rows()) {
      folds[at] = block.folds()[from];
    }
    if (block.features() instanceof DenseRows from) {
      stride = from.stride();
      dense = grown(dense, Math.multiplyExact(count, stride));
      System.arraycopy(from.values(), row * stride, dense, slot * stride, stride);
      lengths[slot] = -1;
    } else if (block.features() instanceof SparseRows from) {
      int start = from.starts()[row];
      foundAt[slot] = found.size;
      lengths[slot] = from.starts()[row + 1] - start;
      found.append(from.indices(), from.values(), start, lengths[slot]);
    }
  }

  /** Dense rows are in their slots; the sparse ones are written out into theirs. */
  private DenseRows dense(int count, int columns) {
    for (int slot = 0; slot < count; slot++) {
      if (lengths[slot] >= 0) {
        int base = slot * stride;
        Arrays.fill(dense, base, base + stride, 0f);
        for (int e = foundAt[slot], end = e + lengths[slot]; e < end; e++) {
          dense[base + found.indices[e]] = found.values[e];
        }
      }
    }
    return new DenseRows(dense, count, columns, stride);
  }

  /** Puts the rows, found block by block, in the order of their slots. */
  private SparseRows sparse(int count, int columns) {
    starts = starts.length == count + 1 ? starts : new int[count + 1];
    ordered.size = 0;
    for (int slot = 0; slot < count; slot++) {
      ordered.append(found.indices, found.values, foundAt[slot], lengths[slot]);
      starts[slot + 1] = ordered.size;
    }
    return new SparseRows(starts, ordered.indices, ordered.values, columns);
  }

  private static float[] grown(float[] array, int length) {
    return array.length >= length ? array : new float[length];
  }
}

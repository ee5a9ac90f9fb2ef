package dev.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowGatherTest {
  private static final int ROWS = 10;
  private static final int BLOCK_ROWS = 4;
  private static final int COLUMNS = 3;
  private static final int[][] WANTED = {{9, 0, 4, 3, 9}, {7}, {1, 2, 8, 5, 6, 0, 3}};

  @Test
  void denseRowsKeepAllThatBelongsToThem() {
    check(false);
  }

  @Test
  void sparseRowsKeepAllThatBelongsToThem() {
    check(true);
  }

  private static void check(boolean sparse) {
    Rows rows = rows(sparse);
    RowGather gather = new RowGather();
    for (int[] wanted : WANTED) {
      Block block = gather.gather(rows, wanted, wanted.length);
      assertThat(block.rows()).isEqualTo(wanted.length);
      for (int i = 0; i < wanted.length; i++) {
        int row = wanted[i];
        assertThat(values(block, i)).containsExactly(values(row));
        assertThat(block.labels()[2 * i]).isEqualTo(row);
        assertThat(block.labels()[2 * i + 1]).isEqualTo(-row);
        assertThat(block.weights()[i]).isEqualTo(row + 0.5f);
        assertThat(block.offsets()[i]).isEqualTo(row * 10f);
        assertThat(block.folds()[i]).isEqualTo((byte) (row % 3));
        assertThat(block.folds()[wanted.length + i]).isEqualTo((byte) (row % 2));
      }
    }
  }

  /** Row r has r + 1 at feature r mod 3 and, if r is even, -1 at the last. */
  private static float[] values(int row) {
    float[] values = new float[COLUMNS];
    if (row % 2 == 0) {
      values[COLUMNS - 1] = -1;
    }
    values[row % COLUMNS] = row + 1;
    return values;
  }

  private static float[] values(Block block, int row) {
    float[] values = new float[COLUMNS];
    if (block.features() instanceof DenseRows dense) {
      System.arraycopy(dense.values(), row * dense.stride(), values, 0, COLUMNS);
    } else if (block.features() instanceof SparseRows sparse) {
      for (int e = sparse.starts()[row]; e < sparse.starts()[row + 1]; e++) {
        values[sparse.indices()[e]] = sparse.values()[e];
      }
    }
    return values;
  }

  private static Rows rows(boolean sparse) {
    List<Block> blocks = new ArrayList<>();
    for (int from = 0; from < ROWS; from += BLOCK_ROWS) {
      int count = Math.min(BLOCK_ROWS, ROWS - from);
      float[] labels = new float[2 * count];
      float[] weights = new float[count];
      float[] offsets = new float[count];
      byte[] folds = new byte[2 * count];
      for (int i = 0; i < count; i++) {
        int row = from + i;
        labels[2 * i] = row;
        labels[2 * i + 1] = -row;
        weights[i] = row + 0.5f;
        offsets[i] = row * 10f;
        folds[i] = (byte) (row % 3);
        folds[count + i] = (byte) (row % 2);
      }
      Features features = sparse ? sparse(from, count) : dense(from, count);
      blocks.add(new Block(features, labels, 2, weights, offsets, folds));
    }
    return new HeapRows(BLOCK_ROWS, blocks);
  }

  private static Features dense(int from, int count) {
    int stride = DenseRows.strideOf(COLUMNS);
    float[] all = new float[count * stride];
    for (int i = 0; i < count; i++) {
      System.arraycopy(values(from + i), 0, all, i * stride, COLUMNS);
    }
    return new DenseRows(all, count, COLUMNS, stride);
  }

  private static Features sparse(int from, int count) {
    int[] starts = new int[count + 1];
    int[] indices = new int[count * COLUMNS];
    float[] entries = new float[count * COLUMNS];
    int used = 0;
    for (int i = 0; i < count; i++) {
      float[] row = values(from + i);
      for (int j = 0; j < COLUMNS; j++) {
        if (row[j] != 0) {
          indices[used] = j;
          entries[used++] = row[j];
        }
      }
      starts[i + 1] = used;
    }
    return new SparseRows(starts, indices, entries, COLUMNS);
  }
}

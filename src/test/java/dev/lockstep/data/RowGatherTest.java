package dev.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RowGatherTest {
  private static final int ROWS = 10;
  private static final int BLOCK_ROWS = 4;
  private static final int COLUMNS = 3;
  private static final int[][] WANTED = {{9, 0, 4, 3, 9}, {7}, {1, 2, 8, 5, 6, 0, 3}};

  private static final Set<Integer> NONE = Set.of();
  private static final Set<Integer> ALL = Set.of(0, 1, 2);

  @Test
  void denseRowsKeepAllThatBelongsToThem() {
    check(rows(NONE, ALL, ALL));
  }

  @Test
  void sparseRowsKeepAllThatBelongsToThem() {
    check(rows(ALL, ALL, ALL));
  }

  @Test
  void denseBlocksGoTogetherWithSparseOnes() {
    check(rows(Set.of(0, 2), ALL, ALL));
    check(rows(Set.of(1), ALL, ALL));
  }

  @Test
  void aBlockWithoutWeightsOrOffsetsHasOnesAndZerosNextToOneThatHasThem() {
    check(rows(NONE, Set.of(1), Set.of(2)));
    check(rows(ALL, Set.of(2), Set.of(0)));
  }

  @Test
  void blocksWithoutWeightsAndOffsetsGatherIntoOneWithout() {
    Block block = new RowGather().gather(rows(NONE, Set.of(2), Set.of(2)), new int[] {5, 0}, 2);
    assertThat(block.weights()).isEmpty();
    assertThat(block.offsets()).isEmpty();
  }

  @Test
  void eachBlockIsFetchedOnceHoweverItsRowsLie() {
    Rows rows = rows(Set.of(1), ALL, ALL);
    List<Integer> fetched = new ArrayList<>();
    Rows counted =
        new Rows() {
          @Override
          public int size() {
            return rows.size();
          }

          @Override
          public int blockRows() {
            return rows.blockRows();
          }

          @Override
          public Block block(int number) {
            fetched.add(number);
            return rows.block(number);
          }
        };
    new RowGather().gather(counted, new int[] {9, 0, 4, 3, 8, 7, 1, 5}, 8);
    assertThat(fetched).containsExactly(0, 1, 2);
  }

  private static void check(Rows rows) {
    RowGather gather = new RowGather();
    for (int[] wanted : WANTED) {
      Block block = gather.gather(rows, wanted, wanted.length);
      assertThat(block.rows()).isEqualTo(wanted.length);
      for (int i = 0; i < wanted.length; i++) {
        int row = wanted[i];
        Block from = rows.block(row / BLOCK_ROWS);
        assertThat(values(block, i)).containsExactly(values(row));
        assertThat(block.labels()[2 * i]).isEqualTo(row);
        assertThat(block.labels()[2 * i + 1]).isEqualTo(-row);
        assertThat(block.weight(i)).isEqualTo(from.weights().length > 0 ? row + 0.5f : 1f);
        assertThat(block.offset(i)).isEqualTo(from.offsets().length > 0 ? row * 10f : 0f);
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

  /** Ten rows in three blocks; the sets name the blocks that are sparse, and so on. */
  private static Rows rows(Set<Integer> sparse, Set<Integer> weighted, Set<Integer> offset) {
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
      int number = from / BLOCK_ROWS;
      Features features = sparse.contains(number) ? sparse(from, count) : dense(from, count);
      blocks.add(
          new Block(
              features,
              labels,
              2,
              weighted.contains(number) ? weights : new float[0],
              offset.contains(number) ? offsets : new float[0],
              folds));
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

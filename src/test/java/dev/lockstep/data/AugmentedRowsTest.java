package dev.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AugmentedRowsTest {
  private static final List<Integer> SHAPE = List.of(2, 3, 4);
  private static final int COLUMNS = 24;
  private static final int ROWS = 65;
  private static final List<Float> BLANK = List.of(-1f, -2f);

  private static float[][] images() {
    Random random = new Random(3);
    float[][] images = new float[ROWS][COLUMNS];
    for (float[] image : images) {
      for (int i = 0; i < COLUMNS; i++) {
        image[i] = random.nextInt(3) == 0 ? 1 + random.nextFloat() : 0;
      }
    }
    return images;
  }

  private static Batch dense(float[][] images, RowNumbers numbers) {
    int stride = DenseRows.strideOf(COLUMNS);
    float[] values = new float[images.length * stride];
    for (int i = 0; i < images.length; i++) {
      System.arraycopy(images[i], 0, values, i * stride, COLUMNS);
    }
    return batch(new DenseRows(values, images.length, COLUMNS, stride), numbers);
  }

  private static Batch sparse(float[][] images, RowNumbers numbers) {
    int[] starts = new int[images.length + 1];
    int[] indices = new int[images.length * COLUMNS];
    float[] values = new float[images.length * COLUMNS];
    int size = 0;
    for (int i = 0; i < images.length; i++) {
      for (int j = 0; j < COLUMNS; j++) {
        if (images[i][j] != 0) {
          indices[size] = j;
          values[size++] = images[i][j];
        }
      }
      starts[i + 1] = size;
    }
    return batch(new SparseRows(starts, indices, values, COLUMNS), numbers);
  }

  private static Batch batch(Features features, RowNumbers numbers) {
    float[] none = {};
    return Batch.of(new Block(features, none, 0, none, none, new byte[0])).with(numbers);
  }

  private static float[] row(DenseRows rows, int row) {
    int from = row * rows.stride();
    return Arrays.copyOfRange(rows.values(), from, from + rows.columns());
  }

  /** The pixel of a variant, read one by one. */
  private static float[] plain(float[] image, boolean flipped, int right, int down) {
    float[] varied = new float[COLUMNS];
    for (int c = 0; c < 2; c++) {
      for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 4; x++) {
          int fromX = flipped ? 3 - (x - right) : x - right;
          int fromY = y - down;
          boolean inside = fromX >= 0 && fromX < 4 && fromY >= 0 && fromY < 3;
          varied[(c * 3 + y) * 4 + x] = inside ? image[(c * 3 + fromY) * 4 + fromX] : BLANK.get(c);
        }
      }
    }
    return varied;
  }

  @Test
  void aFlipMirrorsEveryLineOfEveryChannel() {
    AugmentedRows flips = new AugmentedRows(new Augmentation(1, 0, BLANK), SHAPE);
    float[] image = new float[COLUMNS];
    for (int i = 0; i < COLUMNS; i++) {
      image[i] = i;
    }
    Batch batch = dense(new float[][] {image}, RowNumbers.OF_BLOCK);
    assertThat(row(flips.of(batch, 0, 1, 7), 0))
        .containsExactly(
            3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 19, 18, 17, 16, 23, 22, 21, 20);
  }

  @Test
  void everyImageIsOneOfItsVariantsAndEachVariantComes() {
    for (int shift : new int[] {0, 1, 2, 5}) {
      float[][] images = images();
      AugmentedRows varied = new AugmentedRows(new Augmentation(0.5, shift, BLANK), SHAPE);
      boolean[] seen = new boolean[2 * (2 * shift + 1) * (2 * shift + 1)];
      for (int epoch = 0; epoch < 60; epoch++) {
        DenseRows found = varied.of(dense(images, new RowNumbers(epoch, 2, 0, all())), 0, ROWS, 9);
        for (int i = 0; i < ROWS; i++) {
          int known = 0;
          for (int v = 0; v < seen.length; v++) {
            int side = 2 * shift + 1;
            int right = v / 2 % side - shift;
            float[] plain = plain(images[i], v % 2 == 1, right, v / 2 / side - shift);
            if (Arrays.equals(row(found, i), plain)) {
              seen[v] = true;
              known++;
            }
          }
          assertThat(known).isPositive();
        }
      }
      assertThat(seen).doesNotContain(false);
    }
  }

  private static int[] all() {
    return IntStream.range(0, ROWS).toArray();
  }

  @Test
  void aVariantIsOfSeedEpochShardAndRowWhateverTheBatch() {
    float[][] images = images();
    Augmentation augmentation = new Augmentation(0.5, 1, BLANK);
    AugmentedRows varied = new AugmentedRows(augmentation, SHAPE);
    DenseRows whole = varied.of(dense(images, RowNumbers.consecutive(4, 1, 0)), 0, ROWS, 5);
    int[] backwards = IntStream.range(0, ROWS).map(i -> ROWS - 1 - i).toArray();
    float[][] reversed = new float[ROWS][];
    Arrays.setAll(reversed, i -> images[backwards[i]]);
    AugmentedRows other = new AugmentedRows(augmentation, SHAPE);
    Batch batch = sparse(reversed, new RowNumbers(4, 1, 0, backwards));
    for (int from = 0; from < ROWS; from += 7) {
      int n = Math.min(7, ROWS - from);
      DenseRows part = other.of(batch, from, n, 5);
      for (int i = 0; i < n; i++) {
        assertThat(row(part, i)).isEqualTo(row(whole, backwards[from + i]));
      }
    }
    Batch tail = dense(Arrays.copyOfRange(images, 60, ROWS), RowNumbers.consecutive(4, 1, 60));
    assertThat(row(other.of(tail, 3, 2, 5), 1)).isEqualTo(row(whole, 64));
    for (RowNumbers others :
        List.of(RowNumbers.consecutive(3, 1, 0), RowNumbers.consecutive(4, 0, 0))) {
      assertThat(values(other.of(dense(images, others), 0, ROWS, 5))).isNotEqualTo(values(whole));
    }
    Batch same = dense(images, RowNumbers.consecutive(4, 1, 0));
    assertThat(values(other.of(same, 0, ROWS, 6))).isNotEqualTo(values(whole));
  }

  private static float[] values(DenseRows rows) {
    return Arrays.copyOf(rows.values(), rows.rows() * rows.stride());
  }

  @Test
  void wrongSettingsAreRefused() {
    assertThatThrownBy(() -> new Augmentation(1.5, 0, List.of()))
        .hasMessage("horizontal_flip must be between 0 and 1, is 1.5");
    assertThatThrownBy(() -> new Augmentation(0, -1, List.of()))
        .hasMessage("shift must be 0 or above, is -1");
  }
}

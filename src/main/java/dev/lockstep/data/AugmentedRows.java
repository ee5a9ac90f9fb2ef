package dev.lockstep.data;

import dev.lockstep.math.RandomKey;
import java.util.Arrays;
import java.util.List;

/**
 * Draws the variant of each image that a member sees in an epoch: a function of the member's seed,
 * the epoch, the shard and the row alone. Keeps its arrays, so that its rows hold until the next
 * ones. Not safe for threads.
 */
public final class AugmentedRows {
  private static final int DRAWS = 3;

  private final Augmentation augmentation;
  private final int channels;
  private final int height;
  private final int width;
  private final float[] blank;
  private float[] values = {};
  private final float[] spread;

  /**
   * Variants of images.
   *
   * @param augmentation what varies
   * @param shape {@code [channels, height, width]}
   */
  public AugmentedRows(Augmentation augmentation, List<Integer> shape) {
    this.augmentation = augmentation;
    this.channels = shape.get(0);
    this.height = shape.get(1);
    this.width = shape.get(2);
    this.blank = new float[channels];
    for (int c = 0; c < channels; c++) {
      blank[c] = augmentation.blank().get(c);
    }
    this.spread = new float[columns()];
  }

  private int columns() {
    return channels * height * width;
  }

  /**
   * The variants of some rows of a batch, densely behind each other.
   *
   * @param batch knows the numbers of its rows
   * @param from the first row, of the batch's block
   * @param n how many
   * @param seed the member's
   */
  public DenseRows of(Batch batch, int from, int n, long seed) {
    RowNumbers numbers = batch.numbers();
    RandomKey key =
        RandomKey.of(seed).child("augment").child(numbers.epoch()).child(numbers.shard());
    int columns = columns();
    if (values.length < n * columns) {
      values = new float[n * columns];
    }
    int shifts = 2 * augmentation.shift() + 1;
    for (int i = 0; i < n; i++) {
      long counter = (long) DRAWS * numbers.at(from + i);
      boolean flipped = key.uniform(counter) < augmentation.horizontalFlip();
      int right = (int) key.below(counter + 1, shifts) - augmentation.shift();
      int down = (int) key.below(counter + 2, shifts) - augmentation.shift();
      if (batch.block().features() instanceof DenseRows rows) {
        vary(rows.values(), (from + i) * rows.stride(), flipped, right, down, i * columns);
      } else if (batch.block().features() instanceof SparseRows rows) {
        spread(rows, from + i);
        vary(spread, 0, flipped, right, down, i * columns);
      }
    }
    return new DenseRows(values, n, columns, columns);
  }

  private void spread(SparseRows rows, int row) {
    Arrays.fill(spread, 0f);
    for (int e = rows.starts()[row]; e < rows.starts()[row + 1]; e++) {
      spread[rows.indices()[e]] = rows.values()[e];
    }
  }

  /** Flips, then shifts, an image that starts at {@code at} into one that starts at {@code to}. */
  private void vary(float[] image, int at, boolean flipped, int right, int down, int to) {
    int left = Math.min(width, Math.max(0, right));
    int end = Math.max(left, Math.min(width, width + right));
    for (int line = 0; line < channels * height; line++) {
      int y = line % height - down;
      int out = to + line * width;
      float empty = blank[line / height];
      if (y < 0 || y >= height) {
        Arrays.fill(values, out, out + width, empty);
        continue;
      }
      int in = at + (line - down) * width;
      Arrays.fill(values, out, out + left, empty);
      Arrays.fill(values, out + end, out + width, empty);
      if (flipped) {
        for (int x = left, mirrored = in + width - 1 - (left - right); x < end; x++) {
          values[out + x] = image[mirrored--];
        }
      } else if (end > left) {
        System.arraycopy(image, in + left - right, values, out + left, end - left);
      }
    }
  }
}

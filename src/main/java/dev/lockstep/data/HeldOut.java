package dev.lockstep.data;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The fold that each member of a cohort holds out: it trains on the other training rows, and is
 * judged on those of its fold. Immutable.
 *
 * @param codes {@code [members]}: the {@link #code} of a member's fold, or {@link #NOTHING}; empty
 *     where no member holds anything out
 */
public record HeldOut(int[] codes) implements Serializable {
  /** The code of a member that trains on all rows. */
  public static final int NOTHING = -1;

  /** No member holds anything out. */
  public static final HeldOut NONE = new HeldOut(new int[0]);

  private static final int FOLD_BITS = 8;

  /**
   * The code of a fold.
   *
   * @param repeat from 0
   * @param fold from 0, at most 127
   */
  public static int code(int repeat, int fold) {
    if (repeat < 0 || fold < 0 || fold > Byte.MAX_VALUE) {
      throw new IllegalArgumentException("repeat %d, fold %d".formatted(repeat, fold));
    }
    return repeat << FOLD_BITS | fold;
  }

  /** The repeat of a code that is not {@link #NOTHING}. */
  public static int repeat(int code) {
    return code >> FOLD_BITS;
  }

  /** The fold of a code that is not {@link #NOTHING}. */
  public static int fold(int code) {
    return code & (1 << FOLD_BITS) - 1;
  }

  /** The folds of members with given codes; {@link #NONE} if they hold nothing out. */
  public static HeldOut of(int... codes) {
    return Arrays.stream(codes).allMatch(code -> code == NOTHING) ? NONE : new HeldOut(codes);
  }

  /** The code of a member. */
  public int code(int member) {
    return codes.length == 0 ? NOTHING : codes[member];
  }

  /** Whether a member holds rows out. */
  public boolean holdsOut(int member) {
    return code(member) != NOTHING;
  }

  /**
   * Writes the training weights of rows for one member: 0 for those that it holds out.
   *
   * @param weights {@code [n]}; written
   * @return their sum, in row order
   * @throws IllegalArgumentException if the block has no such repeat
   */
  public double weigh(int member, Block block, int from, int n, float[] weights) {
    int fold = fold(code(member));
    int start = start(member, block) + from;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      weights[i] = block.folds()[start + i] == fold ? 0f : block.weight(from + i);
      sum += weights[i];
    }
    return sum;
  }

  /**
   * The rows of a block that a member holds out, ascending.
   *
   * @param rows {@code [block.rows()]}; the first ones written
   * @return how many there are
   */
  public int rows(int member, Block block, int[] rows) {
    int fold = fold(code(member));
    int start = start(member, block);
    int count = 0;
    for (int row = 0; row < block.rows(); row++) {
      if (block.folds()[start + row] == fold) {
        rows[count++] = row;
      }
    }
    return count;
  }

  private int start(int member, Block block) {
    int start = repeat(code(member)) * block.rows();
    if (start + block.rows() > block.folds().length) {
      throw new IllegalArgumentException(
          "member %d holds out a fold of repeat %d, the rows have folds of %d"
              .formatted(
                  member,
                  repeat(code(member)),
                  block.rows() == 0 ? 0 : block.folds().length / block.rows()));
    }
    return start;
  }
}

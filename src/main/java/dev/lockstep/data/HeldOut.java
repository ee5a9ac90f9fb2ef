package dev.lockstep.data;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Which training rows each member of a cohort neither trains on nor is judged without. Immutable.
 *
 * <p>In a k-fold cross-validation a member holds one fold of a repeat out: it trains on all other
 * rows and is judged on those of its fold. Where folds follow an order, as that of time, it trains
 * on all folds before a bound and is judged on later ones; what is neither, it does not see.
 *
 * @param codes {@code [members]}: the {@link #code} of a member's fold or the one {@link #after} a
 *     bound, or {@link #NOTHING}; empty where no member holds anything out
 */
public record HeldOut(int[] codes) implements Serializable {
  /** The code of a member that trains on all rows. */
  public static final int NOTHING = -1;

  /** No member holds anything out. */
  public static final HeldOut NONE = new HeldOut(new int[0]);

  /** Where a repeat, or the first excluded fold of an order, begins in a code. */
  private static final int HIGH_BITS = 16;

  private static final int FOLD_BITS = 8;
  private static final int FOLD_MASK = (1 << FOLD_BITS) - 1;

  /** The bit of codes that follow an order. */
  private static final int ORDERED = 1 << 30;

  /**
   * The code of a fold.
   *
   * @param repeat from 0
   * @param fold from 0, at most 127
   */
  public static int code(int repeat, int fold) {
    if (repeat < 0 || repeat >= ORDERED >> FOLD_BITS || fold < 0 || fold > Byte.MAX_VALUE) {
      throw new IllegalArgumentException("repeat %d, fold %d".formatted(repeat, fold));
    }
    return repeat << FOLD_BITS | fold;
  }

  /**
   * The code of a member that trains on the folds below a bound, and is judged on some after it.
   *
   * @param bound from 1
   * @param from the first fold that it is judged on, at least the bound
   * @param to the last one, at most 127
   */
  public static int after(int bound, int from, int to) {
    if (bound < 1 || from < bound || to < from || to > Byte.MAX_VALUE) {
      throw new IllegalArgumentException("bound %d, from %d to %d".formatted(bound, from, to));
    }
    return ORDERED | bound << HIGH_BITS | from << FOLD_BITS | to;
  }

  /** The repeat of a code that is not {@link #NOTHING}. */
  public static int repeat(int code) {
    return isOrdered(code) ? 0 : code >> FOLD_BITS;
  }

  private static boolean isOrdered(int code) {
    return (code & ORDERED) != 0;
  }

  /** The first fold that a code, which is not {@link #NOTHING}, excludes from training. */
  public static int firstExcluded(int code) {
    return isOrdered(code) ? code >> HIGH_BITS & FOLD_MASK : code & FOLD_MASK;
  }

  /** The last fold that it excludes. */
  public static int lastExcluded(int code) {
    return isOrdered(code) ? Byte.MAX_VALUE : code & FOLD_MASK;
  }

  /** Whether the rows of a fold are trained on under a code that is not {@link #NOTHING}. */
  public static boolean trains(int code, int fold) {
    return fold < firstExcluded(code) || fold > lastExcluded(code);
  }

  /** Whether the rows of a fold judge a member of a code that is not {@link #NOTHING}. */
  public static boolean judges(int code, int fold) {
    return fold >= firstJudged(code) && fold <= (code & FOLD_MASK);
  }

  private static int firstJudged(int code) {
    return isOrdered(code) ? code >> FOLD_BITS & FOLD_MASK : code & FOLD_MASK;
  }

  /** The folds of members with given codes; {@link #NONE} if they hold nothing out. */
  public static HeldOut of(int... codes) {
    return Arrays.stream(codes).allMatch(code -> code == NOTHING) ? NONE : new HeldOut(codes);
  }

  /** The code of a member. */
  public int code(int member) {
    return codes.length == 0 ? NOTHING : codes[member];
  }

  /** Whether no member holds rows out, as in {@link #NONE}. */
  public boolean isNone() {
    return codes.length == 0;
  }

  /** Whether a member holds rows out. */
  public boolean holdsOut(int member) {
    return code(member) != NOTHING;
  }

  /**
   * Writes the training weights of rows for one member: 0 for those that it does not train on.
   *
   * @param weights {@code [n]}; written
   * @return their sum, in row order
   * @throws IllegalArgumentException if the block has no such repeat
   */
  public double weigh(int member, Block block, int from, int n, float[] weights) {
    int first = firstExcluded(code(member));
    int last = lastExcluded(code(member));
    int start = start(member, block) + from;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      int fold = block.folds()[start + i];
      weights[i] = fold >= first && fold <= last ? 0f : block.weight(from + i);
      sum += weights[i];
    }
    return sum;
  }

  /**
   * The rows of a block that a member is judged on, ascending.
   *
   * @param rows {@code [block.rows()]}; the first ones written
   * @return how many there are
   */
  public int rows(int member, Block block, int[] rows) {
    int first = firstJudged(code(member));
    int last = code(member) & FOLD_MASK;
    int start = start(member, block);
    int count = 0;
    for (int row = 0; row < block.rows(); row++) {
      int fold = block.folds()[start + row];
      if (fold >= first && fold <= last) {
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

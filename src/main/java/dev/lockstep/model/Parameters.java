package dev.lockstep.model;

import dev.lockstep.data.HeldOut;
import java.io.Serializable;

/**
 * The parameters of all members of a cohort, as they travel to the workers.
 *
 * @param members K
 * @param size P, the parameters of one member
 * @param values {@code [members, size]}
 * @param heldOut the fold that each member neither trains on nor is judged without
 * @param seeds {@code [members]} of what is random in each (dropout), so that a member draws the
 *     same in any cohort; empty where nothing is
 */
public record Parameters(int members, int size, float[] values, HeldOut heldOut, long[] seeds)
    implements Serializable {
  private static final long[] NO_SEEDS = {};

  /** Checks the sizes. */
  public Parameters {
    if (members < 1 || size < 0 || values.length != (long) members * size) {
      throw new IllegalArgumentException(
          "%d values for %d members of %d".formatted(values.length, members, size));
    }
    if (heldOut.codes().length != 0 && heldOut.codes().length != members) {
      throw new IllegalArgumentException(
          "%d folds for %d members".formatted(heldOut.codes().length, members));
    }
    if (seeds.length != 0 && seeds.length != members) {
      throw new IllegalArgumentException(
          "%d seeds for %d members".formatted(seeds.length, members));
    }
  }

  /** Members in which nothing is random, and that train and are judged on all rows. */
  public Parameters(int members, int size, float[] values) {
    this(members, size, values, HeldOut.NONE);
  }

  /** Members in which nothing is random. */
  public Parameters(int members, int size, float[] values, HeldOut heldOut) {
    this(members, size, values, heldOut, NO_SEEDS);
  }

  /** The seed of a member, 0 where there are none. */
  public long seed(int member) {
    return seeds.length == 0 ? 0 : seeds[member];
  }

  /** Where a member's values start. */
  public int offset(int member) {
    return member * size;
  }
}

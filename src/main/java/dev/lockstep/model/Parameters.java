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
 */
public record Parameters(int members, int size, float[] values, HeldOut heldOut)
    implements Serializable {
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
  }

  /** Members that train and are judged on all rows. */
  public Parameters(int members, int size, float[] values) {
    this(members, size, values, HeldOut.NONE);
  }

  /** Where a member's values start. */
  public int offset(int member) {
    return member * size;
  }
}

package dev.lockstep.model;

import java.io.Serializable;

/**
 * The parameters of all members of a cohort, as they travel to the workers.
 *
 * @param members K
 * @param size P, the parameters of one member
 * @param values {@code [members, size]}
 */
public record Parameters(int members, int size, float[] values) implements Serializable {
  /** Checks the sizes. */
  public Parameters {
    if (members < 1 || size < 0 || values.length != (long) members * size) {
      throw new IllegalArgumentException(
          "%d values for %d members of %d".formatted(values.length, members, size));
    }
  }

  /** Where a member's values start. */
  public int offset(int member) {
    return member * size;
  }
}

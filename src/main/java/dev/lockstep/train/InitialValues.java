package dev.lockstep.train;

import dev.lockstep.data.Layout.Run;
import java.util.List;

/**
 * Parameters to start from.
 *
 * @param values {@code [size]}
 * @param runs the coordinates that count; the others start as the model initializes them
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record InitialValues(float[] values, List<Run> runs) {
  /** Values of all parameters. */
  public InitialValues(float[] values) {
    this(values, List.of(new Run(0, values.length)));
  }

  /** Whether no other coordinates are left. */
  boolean areAll() {
    return runs.equals(List.of(new Run(0, values.length)));
  }

  /**
   * Puts the coordinates that count in place.
   *
   * @param params {@code [size]}; written
   */
  void put(float[] params) {
    if (values.length != params.length) {
      throw new IllegalArgumentException(
          "%d values to start from, the model has %d".formatted(values.length, params.length));
    }
    for (Run run : runs) {
      System.arraycopy(values, run.from(), params, run.from(), run.to() - run.from());
    }
  }
}

package dev.lockstep.tune.space;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The values of one dimension and their places in [0, 1]. A finite domain of n values has n cells
 * of width 1/n, or of the width of their logarithms; a value's place is the middle of its cell, and
 * every number of the cell stands for it.
 */
public sealed interface Domain permits Listed, Range {
  /** How many values there are; empty for a continuous range. */
  OptionalLong size();

  /** The value with a number from 0 to size - 1, in the run file's order or ascending. */
  Object value(long index);

  /** The value that a number in [0, 1] stands for. */
  Object at(double unit);

  /**
   * The place of a value, also of a number between or outside the domain's own (at the nearest
   * end); empty if it has none.
   */
  OptionalDouble unit(Object value);

  /** Whether a value is one of the domain's own. */
  boolean contains(Object value);

  /** Whether no two values are nearer to each other than others. */
  boolean categorical();

  /** Values that a run file must accept if it accepts all: every member, or both ends. */
  List<Object> samples();

  /** The place of the value that a number in [0, 1] stands for. */
  default double snap(double unit) {
    return unit(at(unit)).orElseThrow();
  }
}

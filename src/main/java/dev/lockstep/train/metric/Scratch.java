package dev.lockstep.train.metric;

/** Copies into an array that is kept between calls. */
final class Scratch {
  private Scratch() {}

  /** The first {@code length} values, in {@code kept} if it is long enough, else in a new array. */
  static float[] copy(float[] values, float[] kept, int length) {
    float[] copy = kept == null || kept.length < length ? new float[length] : kept;
    System.arraycopy(values, 0, copy, 0, length);
    return copy;
  }
}

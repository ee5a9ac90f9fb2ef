package dev.lockstep.torch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * What is taken of the real steps of rows, {@code [rows, steps, values]}. All tensors belong to the
 * scope of the caller.
 */
final class TimeSteps {
  private TimeSteps() {}

  /** The last real step of each row: {@code [rows, values]}. */
  static Tensor last(Tensor x, Lengths lengths) {
    return flat(x).index_select(0, Place.indices(x, lengths.last(steps(x))));
  }

  /** The mean of the real steps of each row: {@code [rows, values]}. */
  static Tensor mean(Tensor x, Lengths lengths) {
    return lengths.fill(steps(x))
        ? x.mean(1)
        : x.mul(mask(x, lengths)).sum(1).div(counts(x, lengths));
  }

  /** The largest of the real steps of each row, value by value: {@code [rows, values]}. */
  static Tensor max(Tensor x, Lengths lengths) {
    Tensor real =
        lengths.fill(steps(x))
            ? x
            : x.masked_fill(
                mask(x, lengths).eq(new Scalar(0f)), new Scalar(Float.NEGATIVE_INFINITY));
    return real.amax(new long[] {1}, false);
  }

  /** The same with zeros where there is padding. */
  static Tensor real(Tensor x, Lengths lengths) {
    return lengths.fill(steps(x)) ? x : x.mul(mask(x, lengths));
  }

  /** Rows whose steps lie in another order. */
  static Tensor reordered(Tensor x, Tensor order) {
    return flat(x).index_select(0, order).view(x.size(0), x.size(1), x.size(2));
  }

  /** The steps of all rows, one after the other. */
  private static Tensor flat(Tensor x) {
    return x.reshape(x.size(0) * x.size(1), x.size(2));
  }

  private static int steps(Tensor x) {
    return Math.toIntExact(x.size(1));
  }

  /** {@code [rows, steps, 1]}. */
  private static Tensor mask(Tensor x, Lengths lengths) {
    int steps = steps(x);
    return Place.floats(x, lengths.mask(steps), lengths.counts().length, steps, 1);
  }

  /** {@code [rows, 1]}. */
  private static Tensor counts(Tensor x, Lengths lengths) {
    float[] counts = new float[lengths.counts().length];
    for (int row = 0; row < counts.length; row++) {
      counts[row] = lengths.counts()[row];
    }
    return Place.floats(x, counts, counts.length, 1);
  }
}

package dev.lockstep.torch;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * What is taken of the real steps of rows, {@code [rows, steps, values]}. All tensors belong to the
 * scope of the caller.
 */
final class TimeSteps {
  private TimeSteps() {}

  /** The last real step of each row: {@code [rows, values]}. */
  static Tensor last(Tensor x, Lengths lengths) {
    return flat(x).index_select(0, indices(lengths.last(steps(x))));
  }

  /** The mean of the real steps of each row: {@code [rows, values]}. */
  static Tensor mean(Tensor x, Lengths lengths) {
    return lengths.fill(steps(x))
        ? x.mean(1)
        : x.mul(mask(lengths, steps(x))).sum(1).div(counts(lengths));
  }

  /** The largest of the real steps of each row, value by value: {@code [rows, values]}. */
  static Tensor max(Tensor x, Lengths lengths) {
    Tensor real =
        lengths.fill(steps(x))
            ? x
            : x.masked_fill(
                mask(lengths, steps(x)).eq(new Scalar(0f)), new Scalar(Float.NEGATIVE_INFINITY));
    return real.amax(new long[] {1}, false);
  }

  /** The same with zeros where there is padding. */
  static Tensor real(Tensor x, Lengths lengths) {
    return lengths.fill(steps(x)) ? x : x.mul(mask(lengths, steps(x)));
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

  /** {@code [rows, longest, 1]}. */
  private static Tensor mask(Lengths lengths, int longest) {
    return floats(lengths.mask(longest), lengths.counts().length, longest, 1);
  }

  /** {@code [rows, 1]}. */
  private static Tensor counts(Lengths lengths) {
    float[] counts = new float[lengths.counts().length];
    for (int row = 0; row < counts.length; row++) {
      counts[row] = lengths.counts()[row];
    }
    return floats(counts, counts.length, 1);
  }

  /** A tensor of whole numbers. */
  static Tensor indices(long[] values) {
    TensorOptions longs = new TensorOptions(torch.ScalarType.Long);
    Tensor indices = torch.empty(new long[] {values.length}, longs, new MemoryFormatOptional());
    try (LongPointer pointer = indices.data_ptr_long()) {
      pointer.put(values, 0, values.length);
    }
    return indices;
  }

  /** A tensor of numbers. */
  static Tensor floats(float[] values, long... shape) {
    Tensor tensor = torch.empty(shape);
    try (FloatPointer pointer = tensor.data_ptr_float()) {
      pointer.put(values, 0, values.length);
    }
    return tensor;
  }
}

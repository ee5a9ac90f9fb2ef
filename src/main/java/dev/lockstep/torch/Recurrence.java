package dev.lockstep.torch;

import dev.lockstep.torch.Recurrent.Take;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The running form of a recurrent layer. Steps of padding at the end of all rows are left out; the
 * second direction runs over the real steps of each row backwards, padding behind them as in the
 * first, so that neither ever reads padding before it has read the row.
 *
 * @param cell the equations
 * @param units values of a state
 * @param bidirectional whether there is a second direction
 * @param take what is taken of the steps
 */
record Recurrence(Cell cell, int units, boolean bidirectional, Take take) implements Operation {
  private static final int TENSORS = 4;

  @Override
  public Tensor forward(Tensor x, Tensor[] weights, Pass pass) {
    int rows = Math.toIntExact(x.size(0));
    int steps = Math.toIntExact(x.size(1));
    Lengths lengths = pass.lengths().of(rows, steps);
    int longest = lengths.longest();
    Tensor seen = x.narrow(1, 0, longest);
    Tensor zero = torch.zeros(1, rows, units);
    Tensor states = run(seen, zero, Arrays.copyOf(weights, TENSORS), pass.training());
    if (bidirectional) {
      Tensor order = indices(lengths.reversed(longest));
      Tensor[] second = Arrays.copyOfRange(weights, TENSORS, 2 * TENSORS);
      Tensor back = run(reordered(seen, order), zero, second, pass.training());
      Tensor aligned = take == Take.ALL ? reordered(back, order) : back;
      states = torch.cat(new TensorVector(states, aligned), 2);
    }
    return taken(states, lengths, longest, steps);
  }

  /**
   * Runs over all steps from the first on, from states of zero.
   *
   * @param x {@code [rows, steps, values]}
   * @param zero {@code [1, rows, units]} zeros
   * @param weights {@code weight_ih, weight_hh, bias_ih, bias_hh}
   * @return {@code [rows, steps, units]}, the state after each step
   */
  private Tensor run(Tensor x, Tensor zero, Tensor[] weights, boolean training) {
    TensorVector own = new TensorVector(weights);
    return switch (cell) {
      case LSTM -> {
        TensorVector start = new TensorVector(zero, zero);
        yield torch.lstm(x, start, own, true, 1, 0, training, false, true).get0();
      }
      case GRU -> torch.gru(x, zero, own, true, 1, 0, training, false, true).get0();
      case RNN -> torch.rnn_tanh(x, zero, own, true, 1, 0, training, false, true).get0();
    };
  }

  private Tensor taken(Tensor states, Lengths lengths, int longest, int steps) {
    boolean full = lengths.fill(longest);
    return switch (take) {
      case LAST -> flat(states).index_select(0, indices(lengths.last(longest)));
      case MEAN ->
          full ? states.mean(1) : states.mul(mask(lengths, longest)).sum(1).div(counts(lengths));
      case MAX -> {
        Tensor real =
            full
                ? states
                : states.masked_fill(
                    mask(lengths, longest).eq(new Scalar(0f)), new Scalar(Float.NEGATIVE_INFINITY));
        yield real.amax(new long[] {1}, false);
      }
      case ALL -> {
        Tensor real = full ? states : states.mul(mask(lengths, longest));
        yield longest == steps ? real : torch.constant_pad_nd(real, 0, 0, 0, steps - longest);
      }
    };
  }

  /** Rows whose steps lie in another order. */
  private static Tensor reordered(Tensor x, Tensor order) {
    return flat(x).index_select(0, order).view(x.size(0), x.size(1), x.size(2));
  }

  /** The steps of all rows, one after the other. */
  private static Tensor flat(Tensor x) {
    return x.reshape(x.size(0) * x.size(1), x.size(2));
  }

  private static Tensor indices(long[] values) {
    TensorOptions longs = new TensorOptions(torch.ScalarType.Long);
    Tensor indices = torch.empty(new long[] {values.length}, longs, new MemoryFormatOptional());
    try (LongPointer pointer = indices.data_ptr_long()) {
      pointer.put(values, 0, values.length);
    }
    return indices;
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

  private static Tensor floats(float[] values, long... shape) {
    Tensor tensor = torch.empty(shape);
    try (FloatPointer pointer = tensor.data_ptr_float()) {
      pointer.put(values, 0, values.length);
    }
    return tensor;
  }
}

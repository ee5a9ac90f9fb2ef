package dev.lockstep.torch;

import dev.lockstep.torch.Recurrent.Take;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
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
    Tensor zero = Place.zeros(x, 1, rows, units);
    Tensor states = run(seen, zero, Arrays.copyOf(weights, TENSORS), pass.training());
    if (bidirectional) {
      Tensor order = Place.indices(x, lengths.reversed(longest));
      Tensor[] second = Arrays.copyOfRange(weights, TENSORS, 2 * TENSORS);
      Tensor back = run(TimeSteps.reordered(seen, order), zero, second, pass.training());
      Tensor aligned = take == Take.ALL ? TimeSteps.reordered(back, order) : back;
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
    return switch (take) {
      case LAST -> TimeSteps.last(states, lengths);
      case MEAN -> TimeSteps.mean(states, lengths);
      case MAX -> TimeSteps.max(states, lengths);
      case ALL -> {
        Tensor real = TimeSteps.real(states, lengths);
        yield longest == steps ? real : torch.constant_pad_nd(real, 0, 0, 0, steps - longest);
      }
    };
  }
}

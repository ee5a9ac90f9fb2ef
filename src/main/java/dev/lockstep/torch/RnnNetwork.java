package dev.lockstep.torch;

import dev.lockstep.loss.Loss;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.torch.Recurrent.Take;
import java.util.List;
import java.util.Objects;

/**
 * Reads texts by layers of simple recurrent units.
 *
 * @param embedding values of the vector of a token
 * @param hidden units of the recurrent layers, in order
 * @param bidirectional whether each recurrent layer also reads the tokens backwards
 * @param take what the last recurrent layer gives of a text
 * @param dropout the share of values that become zero while training, after each hidden layer
 * @param dense units of the dense layers before the scores, in order
 * @param init how the matrices from state to state of recurrent layers start
 * @param loss what is minimized, which also decides what the label must be
 */
public record RnnNetwork(
    int embedding,
    List<Integer> hidden,
    boolean bidirectional,
    Take take,
    double dropout,
    List<Integer> dense,
    HiddenInit init,
    Loss loss)
    implements RecurrentModel {
  /** One layer of 64 units over vectors of 64 values, its last state, for classes. */
  public static final RnnNetwork DEFAULTS =
      new RnnNetwork(
          64, List.of(64), false, Take.LAST, 0, List.of(), HiddenInit.DEFAULT, new SoftmaxLoss());

  /** Checks the ranges. */
  public RnnNetwork {
    hidden = List.copyOf(hidden);
    dense = List.copyOf(dense);
    RecurrentModel.check(embedding, hidden, take, dropout, dense, loss);
    Objects.requireNonNull(init);
    Objects.requireNonNull(loss);
  }

  @Override
  public Recurrent layer(int units, Take of) {
    return new Rnn(units, bidirectional, of, init);
  }
}

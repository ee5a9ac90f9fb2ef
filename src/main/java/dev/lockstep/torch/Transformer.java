package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.SoftmaxLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads texts by attention (Vaswani et al. 2017): an embedding, positions, encoder blocks, one
 * vector of all steps, and a dense layer of scores. Dropout follows the positions and is in the
 * blocks. With the loss {@code next_token} it is a language model in the manner of GPT: blocks see
 * no later tokens, and each step has scores.
 *
 * <p>Vectors of tokens start with the deviation of learned positions, 0.02, beside sines and
 * cosines with 1, as PyTorch's Embedding: waves of 0.7 in the root mean square would drown smaller
 * ones. Vaswani et al. have the same start in another form, vectors of variance 1 / width that are
 * multiplied by sqrt(width).
 *
 * @param layers encoder blocks
 * @param heads of each block's attention, a divisor of the width
 * @param width values of the vector of a token
 * @param expansion units of the feed-forwards, in multiples of the width
 * @param positions what tells tokens their places
 * @param activation of the feed-forwards
 * @param normFirst whether norms come before attention and feed-forward and once more in the end,
 *     else after each sum
 * @param take what the last block gives of a text, but for a language model, which takes all
 * @param dropout the share of values that become zero while training
 * @param loss what is minimized, which also decides what the label must be
 */
public record Transformer(
    int layers,
    int heads,
    int width,
    int expansion,
    Positions.Of positions,
    Activation.Function activation,
    boolean normFirst,
    Take.Of take,
    double dropout,
    Loss loss)
    implements NetworkModel {
  private static final Take.Of TAKE = Take.Of.MEAN;

  /**
   * Two blocks of 4 heads over vectors of 64 values, norms first, gelu, their mean, for classes.
   */
  public static final Transformer DEFAULTS =
      new Transformer(
          2,
          4,
          64,
          4,
          Positions.Of.LEARNED,
          Activation.Function.GELU,
          true,
          TAKE,
          0,
          new SoftmaxLoss());

  /** Checks the ranges. */
  public Transformer {
    Ranges.atLeastOne("layers", layers);
    Ranges.atLeastOne("heads", heads);
    Ranges.atLeastOne("width", width);
    Ranges.require(width % heads == 0, "width", "a multiple of heads = " + heads, width);
    Ranges.atLeastOne("expansion", expansion);
    Ranges.belowOne("dropout", dropout);
    Objects.requireNonNull(positions);
    Objects.requireNonNull(activation);
    Objects.requireNonNull(take);
    Objects.requireNonNull(loss);
    NextTokens.requireNoTake(loss, take, TAKE);
  }

  @Override
  public List<Layer> layers(int outputs) {
    boolean language = loss.task() == Loss.Task.NEXT_TOKEN;
    List<Layer> all = new ArrayList<>();
    double small = Positions.DEFAULTS.deviation();
    boolean waves = positions == Positions.Of.SINUSOIDAL;
    all.add(new Embedding(width, waves ? Embedding.DEFAULTS.deviation() : small));
    all.add(new Positions(positions, small));
    if (dropout > 0) {
      all.add(new Dropout(dropout));
    }
    for (int i = 0; i < layers; i++) {
      all.add(new Encoder(heads, expansion, activation, dropout, normFirst, language));
    }
    if (normFirst) {
      all.add(Norm.DEFAULTS);
    }
    if (!language) {
      all.add(new Take(take));
    }
    all.add(new Dense(outputs));
    return all;
  }
}

package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/**
 * A block of a transformer: self-attention and a feed-forward of two dense layers, each with
 * dropout, added to what came in, and normalized before (as GPT) or after the sum (Vaswani et al.
 * 2017). Tensors are named and ordered as those of PyTorch's TransformerEncoderLayer, whose
 * dropouts are at the same places.
 *
 * @param heads of the attention
 * @param expansion units of the feed-forward, in multiples of the values of a step
 * @param activation between its two layers
 * @param dropout the share of values that become zero while training: attention weights, the
 *     feed-forward's units, and what is added
 * @param normFirst whether the norms come first in each part, else after the sum
 * @param causal whether a step sees no later ones
 */
public record Encoder(
    int heads,
    int expansion,
    Activation.Function activation,
    double dropout,
    boolean normFirst,
    boolean causal)
    implements Layer {
  /** One head, four times as many units, relu, norms after the sums, as PyTorch. */
  public static final Encoder DEFAULTS =
      new Encoder(1, 4, Activation.Function.RELU, 0, false, false);

  /** Checks the ranges. */
  public Encoder {
    Ranges.atLeastOne("heads", heads);
    Ranges.atLeastOne("expansion", expansion);
    Ranges.belowOne("dropout", dropout);
    Objects.requireNonNull(activation);
  }

  /** The layers, in PyTorch's order of tensors. */
  private record Parts(Attention attention, Dense wide, Dense narrow, Norm norm) {
    private static final List<String> NAMES =
        List.of("self_attn.", "linear1.", "linear2.", "norm1.", "norm2.");

    List<Layer> all() {
      return List.of(attention, wide, narrow, norm, norm);
    }
  }

  private Parts parts(Dims input) {
    int units = Math.multiplyExact(expansion, input.last());
    return new Parts(
        new Attention(heads, causal, dropout, true),
        new Dense(units),
        new Dense(input.last()),
        Norm.DEFAULTS);
  }

  @Override
  public Dims output(Dims input) {
    return parts(input).attention().output(input);
  }

  @Override
  public boolean draws() {
    return dropout > 0;
  }

  @Override
  public List<Weight> weights(Dims input) {
    output(input);
    Parts parts = parts(input);
    List<Weight> weights = new ArrayList<>();
    for (int i = 0; i < parts.all().size(); i++) {
      Layer part = parts.all().get(i);
      String prefix = Parts.NAMES.get(i);
      Dims into = part == parts.narrow() ? parts.wide().output(input) : input;
      for (Weight own : part.weights(into)) {
        weights.add(new Weight(prefix + own.name(), own.dims(), own.penalized(), own.start()));
      }
    }
    return weights;
  }

  @Override
  public boolean takesAnySteps() {
    return true;
  }

  @Override
  public Operation operation(Dims input) {
    Parts parts = parts(input);
    int first = parts.attention().tensors();
    Operation attention = part(parts.attention(), input, 0, first);
    Operation wide = part(parts.wide(), input, first, 2);
    Operation narrow = part(parts.narrow(), parts.wide().output(input), first + 2, 2);
    Operation norm1 = part(parts.norm(), input, first + 4, 2);
    Operation norm2 = part(parts.norm(), input, first + 6, 2);
    Operation forward =
        (x, weights, pass) -> {
          Tensor units = Activation.apply(activation, wide.forward(x, weights, pass));
          return narrow.forward(Dropout.drop(units, dropout, pass.child(1)), weights, pass);
        };
    return (x, weights, pass) -> {
      Tensor attended = added(x, attention, norm1, weights, pass, pass.child(2));
      return added(attended, forward, norm2, weights, pass, pass.child(3));
    };
  }

  /** A layer that finds its tensors among those of the block. */
  private static Operation part(Layer layer, Dims input, int from, int tensors) {
    Operation operation = layer.operation(input);
    return (x, weights, pass) ->
        operation.forward(x, Arrays.copyOfRange(weights, from, from + tensors), pass);
  }

  private Tensor added(
      Tensor x, Operation part, Operation norm, Tensor[] weights, Pass pass, Pass dropping) {
    Tensor in = normFirst ? norm.forward(x, weights, pass) : x;
    Tensor sum = x.add(Dropout.drop(part.forward(in, weights, pass), dropout, dropping));
    return normFirst ? sum : norm.forward(sum, weights, pass);
  }
}

package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A vector for each token, as PyTorch's Embedding with {@code padding_idx = 0}: the vector of
 * padding is zero and stays so. It is the first layer of networks over tokens, whose vocabulary the
 * data tell.
 *
 * @param dim values of a vector
 * @param deviation of the normal distribution that vectors start from; PyTorch's is 1
 */
public record Embedding(int dim, double deviation) implements Layer {
  /** One value that starts as PyTorch's. */
  public static final Embedding DEFAULTS = new Embedding(1, 1);

  /** Checks the ranges. */
  public Embedding {
    Ranges.atLeastOne("dim", dim);
    if (!(deviation > 0 && deviation < 1e6)) {
      throw new IllegalArgumentException("deviation must be above 0, is " + deviation);
    }
  }

  @Override
  public Dims output(Dims input) {
    if (!input.areTokens()) {
      throw new IllegalArgumentException(
          "takes ids of tokens, is given %s numbers: encode a column of text by text_tokens"
              .formatted(input));
    }
    return Dims.of(input.last(), dim);
  }

  @Override
  public List<Weight> weights(Dims input) {
    output(input);
    Weight.Start start = new Weight.Normal(deviation, dim);
    return List.of(new Weight("weight", Dims.of(input.vocabulary(), dim), true, start));
  }

  @Override
  public boolean causal() {
    return true;
  }

  @Override
  public boolean takesAnySteps() {
    return true;
  }

  @Override
  public Operation operation(Dims input) {
    return (x, weights, pass) -> {
      Tensor ids = x.to(torch.ScalarType.Long);
      return torch.embedding(weights[0], ids, 0, false, false);
    };
  }
}

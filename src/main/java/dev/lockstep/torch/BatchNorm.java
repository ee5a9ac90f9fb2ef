package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import dev.lockstep.data.Layout.Role;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Batch normalization (Ioffe, Szegedy 2015) of each channel, the first dimension, as PyTorch's
 * BatchNorm1d and BatchNorm2d. While training, rows are normalized by the mean and variance of
 * those that pass together: of a shard's rows of a batch, or of near-equal parts of these where
 * they are too many for one pass. The running mean and (unbiased) variance move towards each pass
 * by the momentum; a step takes the mean of these moves, weighted by the rows. Scores of a trained
 * network, and of one whose statistics are frozen, come from the running ones.
 *
 * <p>Rows without weight, those of a fold held out too, are no part of a batch; in PyTorch, which
 * knows weights in the loss alone, they are. Where they leave a single row of a single place, it is
 * left out too, for that step: there is nothing to normalize it by. PyTorch refuses it, or leaves
 * it out as {@code DataLoader} does with {@code drop_last}.
 *
 * @param epsilon added to the variance, inside the root
 * @param momentum how far running statistics move towards those of a batch
 */
public record BatchNorm(double epsilon, double momentum) implements Layer {
  /** 1e-5 and a tenth, as PyTorch. */
  public static final BatchNorm DEFAULTS = new BatchNorm(1e-5, 0.1);

  /** Checks the ranges. */
  public BatchNorm {
    Ranges.require(epsilon > 0 && epsilon < 1, "epsilon", "above 0 and below 1", epsilon);
    Ranges.require(momentum > 0 && momentum < 1, "momentum", "above 0 and below 1", momentum);
  }

  @Override
  public Dims output(Dims input) {
    return input;
  }

  @Override
  public List<Weight> weights(Dims input) {
    Dims channels = Dims.of(input.size(0));
    Weight.Start zero = new Weight.Constant(0);
    Weight.Start one = new Weight.Constant(1);
    return List.of(
        new Weight("weight", channels, false, one),
        new Weight("bias", channels, false, zero),
        new Weight("running_mean", channels, Role.BUFFER, zero),
        new Weight("running_var", channels, Role.BUFFER, one));
  }

  /** One row of several places has a variance of its own. */
  @Override
  public int leastRows(Dims input) {
    return input.count() > input.size(0) ? 1 : 2;
  }

  @Override
  public Operation operation(Dims input) {
    int least = leastRows(input);
    return (x, weights, pass) -> {
      if (pass.training() && x.size(0) < least) {
        throw new IllegalArgumentException(
            "a training pass of %d rows through a batch_norm that needs %d"
                .formatted(x.size(0), least));
      }
      return normalize(x, weights, pass.training());
    };
  }

  /** Moves the running statistics where it is training. */
  private Tensor normalize(Tensor x, Tensor[] weights, boolean training) {
    return torch.batch_norm(
        x,
        new TensorOptional(weights[0]),
        new TensorOptional(weights[1]),
        new TensorOptional(weights[2]),
        new TensorOptional(weights[3]),
        training,
        momentum,
        epsilon,
        false);
  }
}

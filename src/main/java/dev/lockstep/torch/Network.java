package dev.lockstep.torch;

import dev.lockstep.loss.Loss;
import dev.lockstep.loss.SoftmaxLoss;
import java.util.List;
import java.util.Objects;

/**
 * A network that a run file spells out layer by layer; shapes are inferred.
 *
 * @param layers from the encoded features to the scores, at least one
 * @param loss what is minimized, which also decides what the label must be
 */
public record Network(List<Layer> layers, Loss loss) implements NetworkModel {
  /** One unit, for two classes. */
  public static final Network DEFAULTS = new Network(List.of(Dense.DEFAULTS), new SoftmaxLoss());

  /** Requires layers. */
  public Network {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("layers must name at least one, is []");
    }
    Objects.requireNonNull(loss);
  }

  @Override
  public List<Layer> layers(int outputs) {
    return layers;
  }

  @Override
  public List<Layer> layersOverSteps(int outputs) {
    return layers;
  }
}

package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.SoftmaxLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A multilayer perceptron: vectors of categories if asked, hidden layers, each dense, normalized if
 * asked, activated and dropped out, and a dense layer of scores.
 *
 * @param embed how many values the vectors of categories have, of columns encoded by index; where
 *     there are none, their numbers are features as they are
 * @param hidden units of the hidden layers, in order; none makes a linear model
 * @param activation after each hidden layer
 * @param dropout the share of each hidden layer's values that become zero while training
 * @param norm what hidden layers go through before their activation
 * @param init how dense layers start
 * @param loss what is minimized, which also decides what the label must be
 */
public record Mlp(
    EmbeddingSize embed,
    List<Integer> hidden,
    Activation.Function activation,
    double dropout,
    Between norm,
    Init init,
    Loss loss)
    implements NetworkModel {
  /** What hidden values go through before their activation. */
  public enum Between {
    /** Nothing. */
    NONE,
    /** Layer normalization. */
    LAYER,
    /** Batch normalization. */
    BATCH;

    /** The layer, if there is one. */
    Optional<Layer> layer() {
      return switch (this) {
        case NONE -> Optional.empty();
        case LAYER -> Optional.of(Norm.DEFAULTS);
        case BATCH -> Optional.of(BatchNorm.DEFAULTS);
      };
    }
  }

  /** One hidden layer of 100 units as scikit-learn's, relu, for classes. */
  public static final Mlp DEFAULTS =
      new Mlp(List.of(100), Activation.Function.RELU, 0, Between.NONE, new SoftmaxLoss());

  /** Checks the ranges. */
  public Mlp {
    hidden = List.copyOf(hidden);
    Ranges.eachAtLeastOne("hidden", hidden);
    Ranges.belowOne("dropout", dropout);
    Objects.requireNonNull(embed);
    Objects.requireNonNull(activation);
    Objects.requireNonNull(norm);
    Objects.requireNonNull(init);
    Objects.requireNonNull(loss);
  }

  /** One without vectors of categories, whose layers start as PyTorch's. */
  public Mlp(
      List<Integer> hidden,
      Activation.Function activation,
      double dropout,
      Between norm,
      Loss loss) {
    this(EmbeddingSize.NONE, hidden, activation, dropout, norm, Init.DEFAULT, loss);
  }

  @Override
  public List<Layer> layers(int outputs) {
    List<Layer> layers = new ArrayList<>();
    if (embed.vectors()) {
      layers.add(new CategoryEmbedding(embed, CategoryEmbedding.DEFAULTS.deviation()));
    }
    for (int units : hidden) {
      layers.add(new Dense(units, true, init));
      norm.layer().ifPresent(layers::add);
      layers.add(new Activation(activation));
      if (dropout > 0) {
        layers.add(new Dropout(dropout));
      }
    }
    layers.add(new Dense(outputs, true, init));
    return layers;
  }
}

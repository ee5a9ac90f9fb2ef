package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.SoftmaxLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A convolutional network of images: blocks of a convolution that keeps height and width, an
 * activation and a pool of the largest values; then dense layers on all values, activated and
 * dropped out, and a dense layer of scores. Batch normalization follows each convolution and dense
 * layer but the last, layer normalization the dense ones alone: a row of an image is no layer.
 *
 * @param channels of the convolutions, in order, at least one
 * @param kernel height and width of their kernels, odd
 * @param pool height and width of the pools, 1 for none
 * @param dense units of the dense layers, in order
 * @param activation after each convolution and dense layer
 * @param dropout the share of the last pool's and each dense layer's values that become zero while
 *     training
 * @param norm what goes before the activation
 * @param init how convolutions and dense layers start
 * @param loss what is minimized, which also decides what the label must be
 */
public record Cnn(
    List<Integer> channels,
    int kernel,
    int pool,
    List<Integer> dense,
    Activation.Function activation,
    double dropout,
    Mlp.Between norm,
    Init init,
    Loss loss)
    implements NetworkModel {
  /** Two convolutions of 3 x 3 with 32 and 64 channels, pools of 2 x 2, 128 units. */
  public static final Cnn DEFAULTS =
      new Cnn(
          List.of(32, 64),
          3,
          2,
          List.of(128),
          Activation.Function.RELU,
          0,
          Mlp.Between.NONE,
          Init.DEFAULT,
          SoftmaxLoss.DEFAULTS);

  /** Checks the ranges. */
  public Cnn {
    channels = List.copyOf(channels);
    dense = List.copyOf(dense);
    if (channels.isEmpty()) {
      throw new IllegalArgumentException("channels must name at least one convolution, is []");
    }
    Ranges.eachAtLeastOne("channels", channels);
    Ranges.require(kernel >= 1 && kernel % 2 == 1, "kernel", "odd and at least 1", kernel);
    Ranges.atLeastOne("pool", pool);
    Ranges.eachAtLeastOne("dense", dense);
    Ranges.belowOne("dropout", dropout);
    Objects.requireNonNull(activation);
    Objects.requireNonNull(norm);
    Objects.requireNonNull(init);
    Objects.requireNonNull(loss);
  }

  @Override
  public List<Layer> layers(int outputs) {
    List<Layer> layers = new ArrayList<>();
    for (int count : channels) {
      layers.add(Conv.same(count, kernel, init));
      if (norm == Mlp.Between.BATCH) {
        layers.add(BatchNorm.DEFAULTS);
      }
      layers.add(new Activation(activation));
      if (pool > 1) {
        layers.add(new Pool(Pool.Of.MAX, List.of(pool), List.of()));
      }
    }
    layers.add(Flatten.DEFAULTS);
    addDropout(layers);
    for (int units : dense) {
      layers.add(new Dense(units, true, init));
      norm.layer().ifPresent(layers::add);
      layers.add(new Activation(activation));
      addDropout(layers);
    }
    layers.add(new Dense(outputs, true, init));
    return layers;
  }

  private void addDropout(List<Layer> layers) {
    if (dropout > 0) {
      layers.add(new Dropout(dropout));
    }
  }
}

package dev.lockstep.torch;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Layers whose shapes are known: what goes into each, and where its tensors lie in the flat vector.
 * Tensors are named as those of PyTorch's {@code Sequential} of the same layers: {@code 0.weight}.
 *
 * @param layers the layers, in order
 * @param inputs what goes into each, without rows
 * @param output what comes out of the last
 * @param layout all tensors
 */
record Plan(List<Layer> layers, List<Dims> inputs, Dims output, Layout layout) {
  /**
   * Infers the shapes.
   *
   * @throws IllegalArgumentException if a layer does not take what the one before it gives: a
   *     sentence that names the layer
   */
  static Plan of(List<Layer> layers, Dims input) {
    List<Dims> inputs = new ArrayList<>();
    Layout layout = Layout.empty();
    Dims now = input;
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      inputs.add(now);
      try {
        requireNumbers(layer, now);
        for (Weight weight : layer.weights(now)) {
          Integer[] shape = weight.dims().sizes().toArray(Integer[]::new);
          String name = i + "." + weight.name();
          layout =
              weight.role() == Role.TRAINED
                  ? layout.with(name, weight.penalized(), shape)
                  : layout.with(name, weight.role(), shape);
        }
        now = countable(layer.output(now));
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new IllegalArgumentException(
            "layer %d of the network (%s) %s"
                .formatted(i, Layers.REGISTRY.kindOf(layer), e.getMessage()),
            e);
      }
    }
    return new Plan(List.copyOf(layers), inputs, now, layout);
  }

  /** A sentence that names the first layer whose steps depend on later ones; empty if none does. */
  Optional<String> seesLater() {
    for (int i = 0; i < layers.size(); i++) {
      if (!layers.get(i).causal()) {
        return Optional.of(
            ("layer %d of the network (%s) lets a token see later ones, which it is to predict: use"
                    + " layers that keep every step and look back only")
                .formatted(i, Layers.REGISTRY.kindOf(layers.get(i))));
      }
    }
    return Optional.empty();
  }

  /**
   * A sentence that names the first layer that slides over the values of a step, or normalizes each
   * step by itself, as if the steps were channels; empty if none does.
   */
  Optional<String> takesStepsForChannels() {
    boolean channelsFirst = false;
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      channelsFirst ^= layer instanceof Transpose;
      boolean slides = layer instanceof Conv || layer instanceof Pool;
      boolean wrong = (slides || layer instanceof BatchNorm) && !channelsFirst;
      if (wrong && inputs.get(i).rank() == 2) {
        return Optional.of(
            ("layer %d of the network (%s) takes [channels, length], is given [steps, values] = %s"
                    + " and would %s: put { kind = transpose } before it")
                .formatted(
                    i,
                    Layers.REGISTRY.kindOf(layer),
                    inputs.get(i),
                    slides ? "slide over the values" : "normalize steps in place of values"));
      }
    }
    return Optional.empty();
  }

  /**
   * Whether rows of tokens may come without padding behind the longest: up to the layer that makes
   * one vector of all steps, every layer takes any number of them.
   */
  boolean takesAnySteps() {
    boolean steps = inputs.get(0).areTokens();
    for (int i = 0; i < layers.size() && steps; i++) {
      if (!layers.get(i).takesAnySteps()) {
        return false;
      }
      steps = (i + 1 < layers.size() ? inputs.get(i + 1) : output).rank() > 1;
    }
    return inputs.get(0).areTokens();
  }

  private static void requireNumbers(Layer layer, Dims input) {
    if (input.areTokens() && !(layer instanceof Embedding)) {
      throw new IllegalArgumentException(
          "takes numbers, is given ids of tokens: put an embedding before it");
    }
  }

  private static Dims countable(Dims output) {
    long values =
        output.sizes().stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    if (values > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "gives %s = %d values a row, must give %d at most: make its steps or its units fewer"
              .formatted(output, values, Integer.MAX_VALUE));
    }
    return output;
  }

  /** The same layers with tensors of other roles. */
  Plan with(Layout roles) {
    return new Plan(layers, inputs, output, roles);
  }

  /** The tensors of a layer, in its order. */
  List<Slice> slices(int layer) {
    int from = 0;
    for (int i = 0; i < layer; i++) {
      from += layers.get(i).weights(inputs.get(i)).size();
    }
    int count = layers.get(layer).weights(inputs.get(layer)).size();
    return layout.slices().subList(from, from + count);
  }

  /** Whether a layer has running statistics, all frozen: rows then pass it as after training. */
  boolean isStill(int layer) {
    boolean buffered =
        layers.get(layer).weights(inputs.get(layer)).stream()
            .anyMatch(weight -> weight.role() == Role.BUFFER);
    return buffered && slices(layer).stream().noneMatch(slice -> slice.role() == Role.BUFFER);
  }

  /** How many rows must pass together while training. */
  int leastRows() {
    int least = 1;
    for (int i = 0; i < layers.size(); i++) {
      least = isStill(i) ? least : Math.max(least, layers.get(i).leastRows(inputs.get(i)));
    }
    return least;
  }

  /** Writes the values to start from, layer by layer. */
  void initialize(float[] params, RandomGenerator random) {
    int offset = 0;
    for (int i = 0; i < layers.size(); i++) {
      for (Weight weight : layers.get(i).weights(inputs.get(i))) {
        weight.fill(params, offset, random);
        offset += weight.dims().count();
      }
    }
  }
}

package dev.lockstep.torch;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Losses;
import dev.lockstep.model.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/** A model that is a list of layers, run by libtorch. */
public interface NetworkModel extends NativeModel {
  /**
   * The layers, from the encoded features to the scores.
   *
   * @param outputs scores that the loss needs of a row
   */
  List<Layer> layers(int outputs);

  /** The layers with their shapes, for rows of a schema. */
  private Plan plan(Schema schema) {
    List<Layer> layers = layers(outputs(schema));
    return Plan.of(layers, input(layers.get(0), schema));
  }

  /**
   * What goes into the first layer: tokens, or images, which keep their shape unless it is dense.
   */
  private static Dims input(Layer first, Schema schema) {
    if (schema.vocabulary() > 0) {
      return Dims.tokens(schema.features(), schema.vocabulary());
    }
    return schema.shape().isEmpty() || first instanceof Dense
        ? Dims.of(schema.features())
        : new Dims(schema.shape());
  }

  @Override
  default int outputs(Schema schema) {
    return LabelChecks.outputs(loss().task(), schema);
  }

  @Override
  default Layout layout(Schema schema) {
    return plan(schema).layout();
  }

  @Override
  default void initialize(float[] params, Schema schema, RandomGenerator random) {
    plan(schema).initialize(params, random);
  }

  @Override
  default List<InputUnit> inputUnits(Schema schema) {
    if (!(layers(outputs(schema)).get(0) instanceof Dense first)) {
      return List.of();
    }
    List<InputUnit> units = new ArrayList<>();
    int weights = Math.multiplyExact(first.units(), schema.features());
    for (int unit = 0; unit < first.units(); unit++) {
      units.add(
          new InputUnit(
              unit * schema.features(),
              first.bias() ? OptionalInt.of(weights + unit) : OptionalInt.empty()));
    }
    return units;
  }

  @Override
  default List<String> problems(Schema schema) {
    Optional<String> labels =
        LabelChecks.problem(Losses.REGISTRY.kindOf(loss()), loss().task(), schema);
    if (labels.isPresent()) {
      return List.of(labels.get());
    }
    int needed = outputs(schema);
    try {
      Dims output = plan(schema).output();
      return output.equals(Dims.of(needed))
          ? List.of()
          : List.of(
              "the last layer of the network gives %s values a row, the loss needs [%d]"
                  .formatted(output, needed));
    } catch (IllegalArgumentException e) {
      return List.of(e.getMessage());
    }
  }

  @Override
  default int leastRows(Schema schema, Layout layout) {
    return plan(schema).with(layout).leastRows();
  }

  @Override
  default Replica open(Schema schema, Layout layout, Passes passes) {
    NativeModel.requireLibtorch();
    return new NetworkReplica(loss(), outputs(schema), plan(schema).with(layout), passes);
  }
}

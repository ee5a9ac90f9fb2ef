package dev.lockstep.torch;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss;
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

  /**
   * The layers for rows of steps of numbers: those of tokens begin with vectors of tokens, in whose
   * place each step goes through a dense layer; those of images slide over the values of a step;
   * others see all steps at once.
   *
   * @param outputs scores that the loss needs of a row
   */
  default List<Layer> layersOverSteps(int outputs) {
    List<Layer> layers = new ArrayList<>(layers(outputs));
    if (layers.get(0) instanceof Embedding tokens) {
      layers.set(0, new Dense(tokens.dim()));
    } else {
      layers.add(0, layers.get(0) instanceof Conv ? Transpose.DEFAULTS : Flatten.DEFAULTS);
    }
    return layers;
  }

  private static boolean hasSteps(Schema schema) {
    return schema.shape().size() == 2;
  }

  /**
   * The layers with their shapes, for rows of a schema.
   *
   * @throws ConfigException if they do not fit together, which names the layer
   */
  private Plan plan(Schema schema) {
    List<Layer> layers = hasSteps(schema) ? layersOverSteps(units(schema)) : layers(units(schema));
    try {
      return Plan.of(layers, input(layers.get(0), schema));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(e.getMessage());
    }
  }

  /** Whether it is a language model: what comes next in a text is its only label. */
  private boolean predictsTokens() {
    return loss().task() == Loss.Task.NEXT_TOKEN;
  }

  /** What the last layer gives: of a row, or of each token of one. */
  private int units(Schema schema) {
    return predictsTokens() ? Math.max(1, schema.vocabulary()) : outputs(schema);
  }

  /**
   * What goes into the first layer: tokens, or images, which keep their shape unless it is dense.
   */
  private Dims input(Layer first, Schema schema) {
    if (schema.vocabulary() > 0) {
      int steps = predictsTokens() ? schema.features() - 1 : schema.features();
      return Dims.tokens(steps, schema.vocabulary());
    }
    return schema.shape().isEmpty() || first instanceof Dense && !hasSteps(schema)
        ? new Dims(List.of(schema.features()), 0, schema.categories())
        : new Dims(schema.shape());
  }

  @Override
  default boolean runsOnGpu() {
    return true;
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
    if (hasSteps(schema) || !(layers(units(schema)).get(0) instanceof Dense first)) {
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
    try {
      Plan plan = plan(schema);
      Dims needed =
          predictsTokens()
              ? Dims.of(plan.inputs().get(0).count(), units(schema))
              : Dims.of(units(schema));
      Optional<String> seer = predictsTokens() ? plan.seesLater() : Optional.empty();
      Optional<String> unfit = seer.or(plan::takesStepsForChannels);
      return unfit.isPresent() || plan.output().equals(needed)
          ? unfit.stream().toList()
          : List.of(
              "the last layer of the network gives %s values a row, the loss needs %s"
                  .formatted(plan.output(), needed));
    } catch (ConfigException e) {
      return e.problems();
    }
  }

  @Override
  default int leastRows(Schema schema, Layout layout) {
    return plan(schema).with(layout).leastRows();
  }

  @Override
  default boolean draws(Schema schema) {
    return layers(units(schema)).stream().anyMatch(Layer::draws);
  }

  @Override
  default Replica open(Schema schema, Layout layout, Passes passes) {
    NativeModel.requireLibtorch();
    Plan plan = plan(schema).with(layout);
    return predictsTokens()
        ? new LanguageReplica(plan, passes)
        : NetworkReplica.of(
            loss(),
            outputs(schema),
            schema,
            passes,
            new NativeNetwork(plan, passes.mostRows(), passes.place()));
  }

  @Override
  default Generator generator(Schema schema, float[] params, OptionalInt gpu) {
    if (!predictsTokens()) {
      throw new IllegalArgumentException("the loss is not next_token, but " + loss());
    }
    return new Generator(plan(schema), params, passes(gpu).place());
  }
}

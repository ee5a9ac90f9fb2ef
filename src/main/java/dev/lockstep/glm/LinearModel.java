package dev.lockstep.glm;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Schema;
import dev.lockstep.model.Model;
import dev.lockstep.model.Replica;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * A model whose scores are {@code x w + b + offset}: {@code linear.weight [outputs, features]},
 * penalized, and {@code linear.bias [outputs]}, not penalized, absent without intercept. All start
 * from zero: the objectives are convex, so a random start (PyTorch's) would only cost repeatability
 * across layouts.
 */
public interface LinearModel extends Model {
  /** Whether there is a bias. */
  boolean intercept();

  @Override
  default Layout layout(Schema schema) {
    int outputs = outputs(schema);
    Layout layout = Layout.empty().with("linear.weight", true, outputs, schema.features());
    return intercept() ? layout.with("linear.bias", false, outputs) : layout;
  }

  @Override
  default void initialize(float[] params, Schema schema, RandomGenerator random) {
    Arrays.fill(params, 0f);
  }

  @Override
  default List<InputUnit> inputUnits(Schema schema) {
    List<InputUnit> units = new ArrayList<>();
    int outputs = outputs(schema);
    int features = schema.features();
    for (int o = 0; o < outputs; o++) {
      units.add(
          new InputUnit(
              o * features,
              intercept() ? OptionalInt.of(outputs * features + o) : OptionalInt.empty()));
    }
    return units;
  }

  @Override
  default Replica open(Schema schema) {
    return new GlmReplica(loss(), outputs(schema), schema.features(), intercept());
  }
}

package dev.lockstep.spark.prepare;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * The weight of each class.
 *
 * @param balanced whether a class weighs n / (k count)
 * @param weights the weight by class; classes that are not named weigh 1
 */
public record ClassWeights(boolean balanced, Map<String, Double> weights) implements Serializable {
  /** Every class weighs 1. */
  public static final ClassWeights NONE = new ClassWeights(false, Map.of());

  /** Checks the weights. */
  public ClassWeights {
    weights = Map.copyOf(weights);
    weights.forEach(
        (name, weight) -> {
          if (!(weight >= 0) || weight.isInfinite()) {
            throw new IllegalArgumentException(
                "class weight of " + name + " must be a finite number from 0, is " + weight);
          }
        });
  }

  /** Reads {@code balanced}. */
  public static ClassWeights parse(String text) {
    if (text.trim().equals("balanced")) {
      return new ClassWeights(true, Map.of());
    }
    throw new IllegalArgumentException(
        "class_weight must be balanced or an object of class = weight, is " + text);
  }

  /** The weights by class. */
  public static ClassWeights of(Map<String, Double> weights) {
    return new ClassWeights(false, weights);
  }

  @Override
  public String toString() {
    return balanced ? "balanced" : new TreeMap<>(weights).toString();
  }
}

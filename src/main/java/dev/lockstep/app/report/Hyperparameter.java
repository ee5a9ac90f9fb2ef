package dev.lockstep.app.report;

import java.util.OptionalDouble;

/**
 * A dimension of a study's space.
 *
 * @param name as in the run file, {@code optimizer.learning_rate}
 * @param logarithmic whether its range is drawn on a logarithmic scale
 * @param importance its share in the metric's variation, 0 to 1; empty where none was computed
 */
public record Hyperparameter(String name, boolean logarithmic, OptionalDouble importance) {}

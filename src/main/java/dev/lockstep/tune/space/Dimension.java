package dev.lockstep.tune.space;

/**
 * One thing that varies.
 *
 * @param name its path in the run file; inside a list of objects with the object's number: {@code
 *     optimizer[0].momentum}
 * @param place where the run file says so, for {@link dev.lockstep.config.Problems#add}: {@code
 *     tune.space."optimizer.learning_rate"}
 * @param domain its values
 */
public record Dimension(String name, String place, Domain domain) {}

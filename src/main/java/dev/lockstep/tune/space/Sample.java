package dev.lockstep.tune.space;

/**
 * A configuration that a run file must accept if it accepts the whole space.
 *
 * @param place where the run file says so, for {@link dev.lockstep.config.Problems#add}
 * @param name the dimension that has an extreme value here
 * @param value that value
 * @param configuration it, with the first value of everything else
 */
public record Sample(String place, String name, Object value, Configuration configuration) {}

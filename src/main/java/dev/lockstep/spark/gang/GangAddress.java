package dev.lockstep.spark.gang;

import java.io.Serializable;
import java.util.UUID;

/**
 * Where the tasks of a gang find their driver.
 *
 * @param gang names the gang; known only to its driver and its tasks
 * @param endpoint the driver's endpoint for it
 * @param groups how many tasks there are
 * @param local whether tasks and driver share one JVM
 */
record GangAddress(UUID gang, String endpoint, int groups, boolean local) implements Serializable {}

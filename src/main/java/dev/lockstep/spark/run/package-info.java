/**
 * The rooms of {@code spark} joined for the command line, which itself knows no Spark: {@link
 * dev.lockstep.spark.run.LockstepSession} is a running application, {@code PreparedData} the way
 * from a source to a cluster of shards.
 */
package dev.lockstep.spark.run;

/**
 * The rooms of {@code spark} joined for the command line, which itself knows no Spark.
 *
 * <pre>
 * LockstepSession.start          a running application
 *   -> DealtData.read            rows dealt to splits and shards
 *   -> DealtData.encode          -> ShardedData: encoded, in shards
 *   -> ShardedData.cluster       rounds for train.Training
 * Predictor                      a source scored into files
 * </pre>
 */
package dev.lockstep.spark.run;

/**
 * How rounds reach the shards. {@link dev.lockstep.spark.engine.JobCluster} runs one Spark job a
 * round:
 *
 * <pre>
 * round(params)
 *   -> Exchange            parameters inside the task, as a broadcast, or within the JVM
 *   -> RoundTask           a ShardWorker over the task's shards, one sum for each subtree
 *   -> Exchange            results by partition index
 *   -> SumTree.join        along the fixed tree, on the driver
 * </pre>
 *
 * <p>{@link dev.lockstep.spark.engine.MemoryPlan} refuses what cannot fit before the first round,
 * {@link dev.lockstep.spark.engine.ClusterFailures} tells the user's faults from the cluster's. A
 * new engine is another {@link dev.lockstep.train.Cluster} over a {@code ShardSet}, opened by
 * {@code spark.run.ShardedData}.
 */
package dev.lockstep.spark.engine;

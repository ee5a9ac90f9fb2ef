/** How rounds reach the shards: {@code job} runs one Spark job a step. */
package dev.lockstep.spark.engine;

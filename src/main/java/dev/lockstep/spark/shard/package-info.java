/** Shards of blocks: encoded rows placed by rank, on the heap or in a file. */
package dev.lockstep.spark.shard;

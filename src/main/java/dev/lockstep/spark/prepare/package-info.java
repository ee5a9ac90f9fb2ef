/** Split, fold, rank and shard by hash, and statistics of training rows in fixed order. */
package dev.lockstep.spark.prepare;

/**
 * Encoded rows in memory. A {@link dev.lockstep.data.Shard} holds the {@link
 * dev.lockstep.data.Rows} of each {@link dev.lockstep.data.Split} as {@link
 * dev.lockstep.data.Block}s; a {@link dev.lockstep.data.Batch} is a run of rows of one block; a
 * {@link dev.lockstep.data.BatchOrder} says which ranks a step takes.
 */
package dev.lockstep.data;

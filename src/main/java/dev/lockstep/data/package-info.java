/**
 * Encoded rows in memory, and which of them a step takes.
 *
 * <pre>
 * Shard -> Rows of each Split -> Block (features, labels, weights, offsets) -> Batch
 * BatchOrder: batch t of an epoch -> ranks -> each shard's rows
 * RowGather: rows anywhere in a shard -> one block        (shuffle = rows)
 * </pre>
 *
 * <p>A {@link dev.lockstep.data.Batch} is a run of rows of one {@link dev.lockstep.data.Block};
 * {@link dev.lockstep.data.Layout} names the slices of the flat vector of parameters. A new form of
 * features is one more case of the sealed {@link dev.lockstep.data.Features}; the compiler then
 * shows who must read it.
 */
package dev.lockstep.data;

/**
 * Shards of blocks: encoded rows placed by rank, on the heap or in a file.
 *
 * <pre>
 * encoded rows of a partition, ordered by split and rank
 *   -> ShardBuilder, BlockBuilder      blocks of BlockShape's rows, dense or sparse
 *   -> BlockStorage                    on the heap while BlockBudget has room, else in a BlockFile
 *   -> BlockReader                     the rows that a batch wants, from the file
 *   -> StoredShard                     one element of the persisted RDD of a ShardSet
 *   -> ShardGroups                     contiguous groups, one a task, where their shards are
 * </pre>
 *
 * <p>Vectors that are features as they are take a shorter way, with the same bits:
 *
 * <pre>
 * column batches, or rows, as the source has them
 *   -> PackedRows                      checked, placed, narrowed to float32, in chunks:
 *      BatchPacker, or RowPacker       by batches of files whose rows are numbered, or by rows
 *   -> ChunkExchange                   in local mode holds chunks: only numbers are shuffled
 *   -> BandedShardBuilder, BandBuilder chunks to blocks, every row to its place
 * </pre>
 *
 * <p>{@link dev.lockstep.spark.shard.ShardSet} is the central type. A new form of rows is a new
 * {@link dev.lockstep.data.Features}, a case in {@code BlockBuilder}, {@code BandBuilder}, {@code
 * BlockPlace} and {@code BlockReader}.
 */
package dev.lockstep.spark.shard;

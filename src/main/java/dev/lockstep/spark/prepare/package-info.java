/**
 * From sources to shards. {@link dev.lockstep.spark.prepare.DataConfig} is the run file's section;
 * {@link dev.lockstep.spark.prepare.Preparation} is the central type.
 *
 * <pre>
 * Inputs       sources, derived columns, where, distinct, sample
 * RowKeys      one pass: the keys of all rows, to the driver; none where footers tell them
 * ClassScan    the classes of numbered rows, where these decide too, from the labels alone
 * Splitter     exact shares per stratum, ranks by hash: a Placement
 * Folds        the folds of a row, a function of its key and class
 * FilePlaces   the place of every row by file and number, where these and classes decide it
 * KeyedRows    the rows with their keys, dealt when dealt rows are first asked for
 * Preparation  one shuffle: partition s is shard s, ordered by (split, rank)
 * Statistics   one round over the dealt rows: partials per shard, fixed tree
 * </pre>
 */
package dev.lockstep.spark.prepare;

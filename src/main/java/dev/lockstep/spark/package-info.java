/**
 * Everything that knows Spark, in rooms: {@code source} (files to rows with an identity), {@code
 * prepare} (split, rank, statistics), {@code encode} (Spark ML models built from our statistics),
 * {@code shard} (blocks on the heap or in a file), {@code engine} (rounds), {@code run} (all of
 * them joined for the command line). Each room imports from the ones before it alone.
 */
package dev.lockstep.spark;

/**
 * Spark ML models built from our own statistics, joined into one pipeline. {@link
 * dev.lockstep.spark.encode.EncodingFit} makes an {@link dev.lockstep.spark.encode.Encoding}:
 *
 * <pre>
 * Resolver           which columns, by their types, in which groups
 * FeatureStatistics  what is asked of the training rows: one round
 * PipelineBuilder    one stage of each kind for all columns; BlockBuilder a block per group
 * Labels             classes in order, or numbers
 * Description        what goes with the pipeline, as JSON
 * GivenEncoding      that of a trained model in place of one's own, if EncodingMatch lets it
 * </pre>
 *
 * To add an encoding: a constant of {@code Encode}, its columns' kinds in {@code Resolver}, its
 * stages in {@code BlockBuilder}.
 */
package dev.lockstep.spark.encode;

/**
 * Sources: files and tables become a data frame of the user's columns and the columns of {@link
 * dev.lockstep.spark.source.Identity}. The central type is {@link
 * dev.lockstep.spark.source.Source}; {@link dev.lockstep.spark.source.Sources} lists the formats.
 *
 * <pre>
 * InputFiles   lists and sorts the files, compares them with the fingerprint of an earlier attempt
 * LineSplits   cuts them into tasks; LineCursor walks a split's lines with their byte offsets
 * LineSurvey   first pass: types over all rows, exact count of malformed rows, the first of them
 * LineTable    second pass, lazy: lines to cells
 * SparkFiles   the formats of Spark's own readers: row numbers, or a hash of the row
 * Footers      rows and schema of parquet files, in one look
 * IdxFiles     images and labels of idx files; ImageFiles of folders, ImageTable of a csv file's
 * ImageColumn  pixels as a column that tells the shape of its images; ImageSet reads and decodes
 * NumberedFiles  files whose footers tell how many rows they have, in column batches
 * </pre>
 *
 * <p>Errors name file, line and column. To add a format: a record that implements {@code Source}
 * and a line in {@code Sources}; a line format also brings a {@code LineSurvey} and a {@code
 * LineTable}.
 */
package dev.lockstep.spark.source;

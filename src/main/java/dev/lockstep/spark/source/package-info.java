/**
 * Sources: files and tables become a data frame of the user's columns and the columns of {@link
 * dev.lockstep.spark.source.Identity}. Errors name file, line and column. To add a format: a record
 * that implements {@link dev.lockstep.spark.source.Source} and a line in {@code Sources}.
 */
package dev.lockstep.spark.source;

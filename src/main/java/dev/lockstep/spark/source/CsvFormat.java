package dev.lockstep.spark.source;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What is known of a csv source before its rows are surveyed.
 *
 * @param dialect how fields are told apart
 * @param names the columns, in the order of the fields
 * @param header what the header line of each file holds; empty without one
 * @param nulls the markers of missing values
 * @param types the columns whose type the user has fixed
 */
record CsvFormat(
    CsvDialect dialect,
    List<String> names,
    List<String> header,
    List<String> nulls,
    Map<String, ColumnType> types)
    implements Serializable {}

package dev.lockstep.spark.encode;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;

/**
 * A column on its way to features.
 *
 * @param column the user's name
 * @param type the column's type in training
 * @param alias the name within the pipeline, free of signs that Spark would parse
 * @param shape {@code [channels, height, width]} of a column of images; empty for others
 */
record Input(String column, DataType type, String alias, List<Integer> shape) {
  /** What follows the alias of a column that is only given another name. */
  static final String RENAMED = "r";

  /** Signs that Spark takes for its own in a column's name, or in that of a stage's folder. */
  private static final Pattern SIGNS = Pattern.compile("[.`:/\\\\*?\\[\\]{},]");

  private static final Pattern RENAMING =
      Pattern.compile("`([^`]*+(?:``[^`]*+)*+)` AS (__e\\d+" + RENAMED + ")");

  /** Whether stages can read the column under its own name. */
  boolean isReadable() {
    return !SIGNS.matcher(column).find();
  }

  /** The column under another name. */
  String renamed(String name) {
    return quoted() + " AS " + name;
  }

  /** The user's names of the columns that an SQL statement gives other names, by those. */
  static Map<String, String> renamed(SQLTransformer columns) {
    Map<String, String> renamed = new HashMap<>();
    Matcher found = RENAMING.matcher(columns.getStatement());
    while (found.find()) {
      renamed.put(found.group(2), found.group(1).replace("``", "`"));
    }
    return renamed;
  }

  /** The column as a number. */
  String number() {
    return "CAST(" + quoted() + " AS DOUBLE)";
  }

  /** The column as the text of a category; whole numbers have no decimal point. */
  String category() {
    String text = "CAST(" + quoted() + " AS STRING)";
    boolean fractional =
        type instanceof DoubleType || type instanceof FloatType || type instanceof DecimalType;
    if (!fractional) {
      return text;
    }
    return String.format(
        Locale.ROOT,
        "CASE WHEN %1$s = floor(%1$s) AND abs(%1$s) < 1e15"
            + " THEN CAST(CAST(%1$s AS BIGINT) AS STRING) ELSE %2$s END",
        quoted(),
        text);
  }

  /** 1 where the column is missing. */
  String absence() {
    return "CAST(" + quoted() + " IS NULL AS DOUBLE)";
  }

  private String quoted() {
    return "`" + column.replace("`", "``") + "`";
  }

  /** Text as an SQL literal. */
  static String literal(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}

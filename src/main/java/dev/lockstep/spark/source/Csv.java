package dev.lockstep.spark.source;

import dev.lockstep.config.Required;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Separated values: one row a line, UTF-8, LF or CRLF, compressed or not. Blank lines are skipped.
 * A column is a number (a double) if every value that is not missing is a finite decimal number,
 * over all rows; otherwise it is a string. The fields are cut by our own tokenizer over bytes:
 * univocity, which Spark ships, takes an unclosed quote and text behind a closing one as values,
 * and makes a string of every field.
 *
 * @param path a file, a directory or a glob; any Hadoop URI
 * @param header whether each file begins with the names; by default where {@code names} is empty
 * @param names the columns, instead of the header's names if there is a header
 * @param delimiter one ASCII character between values
 * @param quote one ASCII character around values, or empty for none
 * @param escape the character before a quote inside quotes; empty: quotes are doubled
 * @param comment the first character of lines that are no rows; empty for none
 * @param nulls the values that mean missing, quoted or not
 * @param trim whether blanks around values are dropped
 * @param multiLine whether quoted values may hold line ends; each file is then read by one task
 * @param types columns whose type is fixed: number or string
 * @param skip lines to skip at the top of each file, before the header
 * @param maxLineBytes the longest row
 */
public record Csv(
    @Required String path,
    Optional<Boolean> header,
    List<String> names,
    String delimiter,
    String quote,
    String escape,
    String comment,
    List<String> nulls,
    boolean trim,
    boolean multiLine,
    Map<String, ColumnType> types,
    int skip,
    int maxLineBytes)
    implements Source {
  /** The settings where nothing is said; the path must be given. */
  public static final Csv DEFAULTS =
      new Csv(
          "",
          Optional.empty(),
          List.of(),
          ",",
          "\"",
          "",
          "",
          List.of(""),
          false,
          false,
          Map.of(),
          0,
          Lines.MAX_LINE_BYTES);

  /** Checks the ranges and copies the collections. */
  public Csv {
    names = List.copyOf(names);
    nulls = List.copyOf(nulls);
    types = Map.copyOf(types);
    requireMark("delimiter", delimiter, false);
    requireMark("quote", quote, true);
    requireMark("escape", escape, true);
    requireMark("comment", comment, true);
    if (delimiter.equals(quote) || delimiter.equals(comment) || delimiter.equals(escape)) {
      throw new IllegalArgumentException(
          "delimiter must differ from quote, escape and comment, is \"" + delimiter + "\"");
    }
    if (skip < 0) {
      throw new IllegalArgumentException("skip must be at least 0, is " + skip);
    }
    Lines.requireMaxLineBytes(maxLineBytes);
  }

  /** A file with a header, of which some columns have fixed types. */
  static Csv of(String path, Map<String, ColumnType> types) {
    return new Csv(
        path,
        DEFAULTS.header,
        DEFAULTS.names,
        DEFAULTS.delimiter,
        DEFAULTS.quote,
        DEFAULTS.escape,
        DEFAULTS.comment,
        DEFAULTS.nulls,
        DEFAULTS.trim,
        DEFAULTS.multiLine,
        types,
        DEFAULTS.skip,
        DEFAULTS.maxLineBytes);
  }

  private static void requireMark(String name, String mark, boolean optional) {
    boolean ascii = mark.length() == 1 && mark.charAt(0) < 128 && "\r\n".indexOf(mark) < 0;
    if (!ascii && !(optional && mark.isEmpty())) {
      throw new IllegalArgumentException(
          name
              + " must be one ASCII character"
              + (optional ? " or empty" : "")
              + ", is \""
              + mark
              + "\"");
    }
  }

  @Override
  public Optional<String> place() {
    return Optional.of(path);
  }

  @Override
  public SourceRows open(SparkSession session, SourceRequest request) {
    Configuration hadoop = LineFiles.hadoop(session);
    List<ListedFile> files = InputFiles.list(hadoop, path, request.expected());
    long[] starts = new long[files.size()];
    CsvFormat format = new CsvHeads(hadoop, this).format(files, request, starts);
    return new LineFiles(session, files, starts, limits()).open(request, new CsvSurvey(format));
  }

  boolean hasHeader() {
    return header.orElse(names.isEmpty());
  }

  CsvDialect dialect() {
    int quoteMark = mark(quote);
    int escapeMark = escape.isEmpty() ? quoteMark : mark(escape);
    return new CsvDialect(mark(delimiter), quoteMark, escapeMark, mark(comment), trim);
  }

  LineLimits limits() {
    return new LineLimits(maxLineBytes, multiLine ? dialect() : null);
  }

  private static int mark(String text) {
    return text.isEmpty() ? -1 : text.charAt(0);
  }
}

package dev.lockstep.spark.source;

import java.io.Serializable;

/**
 * How fields are told apart; all marks are single ASCII bytes, -1 for none.
 *
 * @param delimiter between fields
 * @param quote around a field
 * @param escape before a quote inside quotes; the quote itself where quotes are doubled
 * @param comment begins a line that is no row
 * @param trim whether blanks around fields are dropped
 */
record CsvDialect(int delimiter, int quote, int escape, int comment, boolean trim)
    implements Serializable {
  static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  boolean isComment(byte[] line, int length) {
    return comment >= 0 && length > 0 && line[0] == comment;
  }

  /** Whether a quote is open at the end of a line, given whether one was open at its beginning. */
  boolean leavesOpen(byte[] line, int length, boolean openBefore) {
    if (quote < 0) {
      return false;
    }
    boolean open = openBefore;
    boolean fieldStart = !openBefore;
    for (int i = 0; i < length; i++) {
      byte b = line[i];
      if (open) {
        if (i + 1 < length && isEscaped(b, line[i + 1])) {
          i++;
        } else if (b == quote) {
          open = false;
        }
      } else if (fieldStart && b == quote) {
        open = true;
        fieldStart = false;
      } else if (b == delimiter) {
        fieldStart = true;
      } else if (!(trim && isBlank(b))) {
        fieldStart = false;
      }
    }
    return open;
  }

  /** Whether two bytes inside quotes stand for the second one. */
  boolean isEscaped(byte first, byte second) {
    return first == escape && (second == quote || second == escape);
  }
}

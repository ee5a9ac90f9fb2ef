package dev.lockstep.spark.source;

import java.util.Arrays;

/**
 * Cuts a line into fields in place: fields are ranges of the line's own bytes, and escapes are
 * removed by moving bytes down. UTF-8 never holds an ASCII byte inside a character, so bytes are
 * enough. Not thread-safe.
 */
final class CsvTokenizer {
  private final CsvDialect dialect;
  private byte[] line;
  private int length;
  private int fields;
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private int openField;
  private int trailingField;

  CsvTokenizer(CsvDialect dialect) {
    this.dialect = dialect;
  }

  /** Cuts the first {@code size} bytes of a line, which is written to; the number of fields. */
  int split(byte[] bytes, int size) {
    line = bytes;
    length = size;
    fields = 0;
    openField = -1;
    trailingField = -1;
    int at = 0;
    while (at >= 0) {
      at = field(at);
    }
    return fields;
  }

  /** The field whose quote is not closed, or -1. */
  int openField() {
    return openField;
  }

  /** The field with text behind its closing quote, or -1. */
  int trailingField() {
    return trailingField;
  }

  int start(int field) {
    return starts[field];
  }

  int end(int field) {
    return ends[field];
  }

  /** Reads the field that begins at a byte; where the next one begins, or -1. */
  private int field(int from) {
    int start = from;
    if (dialect.trim()) {
      while (start < length && isTrimmed(line[start])) {
        start++;
      }
    }
    if (start < length && line[start] == dialect.quote()) {
      return quoted(start + 1);
    }
    int end = start;
    int delimiter = dialect.delimiter();
    while (end < length && line[end] != delimiter) {
      end++;
    }
    int next = end < length ? end + 1 : -1;
    if (dialect.trim()) {
      while (end > start && isTrimmed(line[end - 1])) {
        end--;
      }
    }
    add(start, end);
    return next;
  }

  private int quoted(int start) {
    int to = start;
    int at = start;
    boolean open = true;
    while (at < length) {
      byte b = line[at];
      if (at + 1 < length && dialect.isEscaped(b, line[at + 1])) {
        line[to++] = line[at + 1];
        at += 2;
      } else if (b == dialect.quote()) {
        open = false;
        at++;
        break;
      } else {
        line[to++] = b;
        at++;
      }
    }
    add(start, to);
    if (open) {
      openField = fields - 1;
      return -1;
    }
    while (at < length && line[at] != dialect.delimiter()) {
      if (!CsvDialect.isBlank(line[at])) {
        trailingField = fields - 1;
      }
      at++;
    }
    return at < length ? at + 1 : -1;
  }

  private boolean isTrimmed(byte b) {
    return CsvDialect.isBlank(b) && b != dialect.delimiter();
  }

  private void add(int start, int end) {
    if (fields == starts.length) {
      starts = Arrays.copyOf(starts, 2 * fields);
      ends = Arrays.copyOf(ends, 2 * fields);
    }
    starts[fields] = start;
    ends[fields++] = end;
  }
}

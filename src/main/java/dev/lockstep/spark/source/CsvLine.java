package dev.lockstep.spark.source;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The fields of one csv line, checked; one task's, not thread-safe. */
final class CsvLine {
  private final CsvFormat format;
  private final CsvTokenizer fields;
  private final byte[][] header;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private byte[] bytes;

  CsvLine(CsvFormat format) {
    this.format = format;
    this.fields = new CsvTokenizer(format.dialect());
    this.header = utf8(format.header());
  }

  static byte[][] utf8(List<String> words) {
    return words.stream().map(word -> word.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
  }

  /** Whether a line is neither blank nor a comment. */
  static boolean isRow(CsvDialect dialect, byte[] line, int length) {
    for (int i = 0; i < length; i++) {
      if (line[i] != ' ') {
        return !dialect.isComment(line, length);
      }
    }
    return false;
  }

  /** The text of the fields of a line that was just cut. */
  static List<String> texts(CsvTokenizer cut, byte[] line, int fields) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < fields; i++) {
      int start = cut.start(i);
      texts.add(new String(line, start, cut.end(i) - start, StandardCharsets.UTF_8));
    }
    return texts;
  }

  /** Cuts and checks a line; false if it is blank or a comment. */
  boolean read(byte[] line, int length) throws BadLineException {
    bytes = line;
    if (!isRow(format.dialect(), line, length)) {
      return false;
    }
    boolean ascii = isAscii(line, length);
    int count = fields.split(line, length);
    List<String> names = format.names();
    if (!ascii) {
      checkUtf8(Math.min(count, names.size()));
    }
    if (fields.openField() >= 0) {
      throw new BadLineException(
          name(fields.openField()),
          "a quote is opened and never closed; close it, or "
              + "set data.source.multi_line = true if values hold line ends");
    }
    if (fields.trailingField() >= 0) {
      throw new BadLineException(
          name(fields.trailingField()),
          "text follows a closing quote, a delimiter must; double the quotes inside quotes, or set"
              + " data.source.escape");
    }
    if (count != names.size()) {
      throw new BadLineException(
          "",
          "has "
              + count
              + " values, must have "
              + names.size()
              + " ("
              + String.join(", ", names)
              + ")");
    }
    if (isHeader()) {
      throw new BadLineException(
          "", "repeats the header, must be a row; remove the line or set bad_rows = drop");
    }
    return true;
  }

  /** Whether a field stands for a missing value. */
  boolean isNull(int field, byte[][] markers) {
    for (byte[] marker : markers) {
      if (holds(field, marker)) {
        return true;
      }
    }
    return false;
  }

  NumberText.Kind kind(int field) {
    return NumberText.kind(bytes, fields.start(field), fields.end(field));
  }

  /** The number in a field, NaN or an infinity if there is none. */
  double number(int field) {
    return NumberText.parse(bytes, fields.start(field), fields.end(field));
  }

  String text(int field) {
    int start = fields.start(field);
    return new String(bytes, start, fields.end(field) - start, StandardCharsets.UTF_8);
  }

  private boolean isHeader() {
    for (int i = 0; i < header.length; i++) {
      if (!holds(i, header[i])) {
        return false;
      }
    }
    return header.length > 0;
  }

  private boolean holds(int field, byte[] word) {
    int start = fields.start(field);
    int length = fields.end(field) - start;
    if (length != word.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[start + i] != word[i]) {
        return false;
      }
    }
    return true;
  }

  private void checkUtf8(int count) throws BadLineException {
    for (int i = 0; i < count; i++) {
      int start = fields.start(i);
      try {
        decoder.decode(ByteBuffer.wrap(bytes, start, fields.end(i) - start));
      } catch (CharacterCodingException e) {
        throw new BadLineException(
            name(i), "\"" + text(i) + "\" is not UTF-8; convert the file to UTF-8");
      }
    }
  }

  private String name(int field) {
    return field < format.names().size() ? format.names().get(field) : "";
  }

  private static boolean isAscii(byte[] line, int length) {
    int or = 0;
    for (int i = 0; i < length; i++) {
      or |= line[i];
    }
    return or >= 0;
  }
}

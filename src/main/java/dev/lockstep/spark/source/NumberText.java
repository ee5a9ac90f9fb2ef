package dev.lockstep.spark.source;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Decimal numbers in text, with blanks around them allowed. */
final class NumberText {
  /** As many digits fit a long. */
  private static final int LONG_DIGITS = 18;

  private static final Set<String> NOT_FINITE =
      Set.of("nan", "inf", "infinity", "+inf", "-inf", "+infinity", "-infinity", "-nan", "+nan");

  private NumberText() {}

  /** Whether text is a number. */
  enum Kind {
    FINITE,
    /** NaN, an infinity, or a number beyond the doubles. */
    NOT_FINITE,
    TEXT
  }

  /** What bytes {@code [from, to)} hold. */
  static Kind kind(byte[] text, int from, int to) {
    double value = parse(text, from, to);
    if (Double.isFinite(value)) {
      return Kind.FINITE;
    }
    if (Double.isInfinite(value)) {
      return Kind.NOT_FINITE;
    }
    if (to - from > 16) {
      return Kind.TEXT;
    }
    String word = new String(text, from, to - from, StandardCharsets.ISO_8859_1).trim();
    return NOT_FINITE.contains(word.toLowerCase(Locale.ROOT)) ? Kind.NOT_FINITE : Kind.TEXT;
  }

  /**
   * The number in bytes {@code [from, to)}, the double nearest to it; NaN if they hold no decimal
   * number, an infinity if it is beyond the doubles. Numbers of up to 18 digits go through {@link
   * Decimal}, others through {@link Double#parseDouble}, with the same bits.
   */
  static double parse(byte[] text, int from, int to) {
    int at = from;
    int end = to;
    while (at < end && CsvDialect.isBlank(text[at])) {
      at++;
    }
    while (end > at && CsvDialect.isBlank(text[end - 1])) {
      end--;
    }
    int first = at;
    boolean negative = at < end && text[at] == '-';
    if (at < end && (text[at] == '-' || text[at] == '+')) {
      at++;
    }
    long digits = 0;
    int count = 0;
    int significant = 0;
    int exponent = 0;
    boolean point = false;
    for (; at < end; at++) {
      byte b = text[at];
      if (b >= '0' && b <= '9') {
        count++;
        exponent -= point ? 1 : 0;
        significant += significant > 0 || b != '0' ? 1 : 0;
        digits = digits * 10 + (b - '0');
      } else if (b == '.' && !point) {
        point = true;
      } else {
        break;
      }
    }
    if (count == 0 || (at < end && !isExponent(text, at, end))) {
      return Double.NaN;
    }
    exponent += at < end ? exponent(text, at + 1, end) : 0;
    if (significant > LONG_DIGITS || exponent < Decimal.LOWEST || exponent > Decimal.HIGHEST) {
      return slow(text, first, end);
    }
    double value = Decimal.of(digits, exponent);
    return negative ? -value : value;
  }

  private static boolean isExponent(byte[] text, int from, int to) {
    int at = from + 1;
    if (text[from] != 'e' && text[from] != 'E') {
      return false;
    }
    if (at < to && (text[at] == '-' || text[at] == '+')) {
      at++;
    }
    boolean digits = at < to;
    for (; at < to; at++) {
      digits &= text[at] >= '0' && text[at] <= '9';
    }
    return digits;
  }

  /** The number behind an {@code e}; of long ones only that they are large. */
  private static int exponent(byte[] text, int from, int to) {
    boolean signed = text[from] == '-' || text[from] == '+';
    int exponent = 0;
    for (int at = signed ? from + 1 : from; at < to; at++) {
      exponent = Math.min(100_000, exponent * 10 + text[at] - '0');
    }
    return text[from] == '-' ? -exponent : exponent;
  }

  private static double slow(byte[] text, int from, int to) {
    return Double.parseDouble(new String(text, from, to - from, StandardCharsets.ISO_8859_1));
  }
}

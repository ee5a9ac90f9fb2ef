package dev.lockstep.spark.source;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Decimal numbers in text, with blanks around them allowed. */
final class NumberText {
  /** Digits of a whole number that a double holds exactly. */
  private static final int EXACT_DIGITS = 15;

  private static final double[] POWERS = new double[23];
  private static final Set<String> NOT_FINITE =
      Set.of("nan", "inf", "infinity", "+inf", "-inf", "+infinity", "-infinity", "-nan", "+nan");

  static {
    double power = 1;
    for (int i = 0; i < POWERS.length; i++) {
      POWERS[i] = power;
      power *= 10;
    }
  }

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
   * number, an infinity if it is beyond the doubles. Short numbers are exact by one multiplication
   * or division by a power of ten (Clinger 1990), the others go through {@link Double#parseDouble}.
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
    int scale = 0;
    boolean point = false;
    for (; at < end; at++) {
      byte b = text[at];
      if (b >= '0' && b <= '9') {
        count++;
        scale += point ? 1 : 0;
        significant += significant > 0 || b != '0' ? 1 : 0;
        digits = significant <= EXACT_DIGITS ? digits * 10 + (b - '0') : digits;
      } else if (b == '.' && !point) {
        point = true;
      } else {
        break;
      }
    }
    if (count == 0) {
      return Double.NaN;
    }
    if (at < end) {
      return isExponent(text, at, end) ? slow(text, first, end) : Double.NaN;
    }
    if (significant > EXACT_DIGITS || scale >= POWERS.length) {
      return slow(text, first, end);
    }
    double value = scale == 0 ? digits : digits / POWERS[scale];
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

  private static double slow(byte[] text, int from, int to) {
    return Double.parseDouble(new String(text, from, to - from, StandardCharsets.ISO_8859_1));
  }
}

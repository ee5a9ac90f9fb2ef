package dev.lockstep.config;

import com.typesafe.config.ConfigValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Keeps secrets, and control characters, out of what is printed, logged and written. */
public final class Redaction {
  /** What stands where a secret was. */
  public static final String REDACTED = "<redacted>";

  private static final int LONGEST = 120;
  private static final String WORDS =
      "passwords?|passwd|pwd|passphrase|secrets?|token|credentials?|apikey|accesskey|sas"
          + "|(?:access|api|private|secret|account|auth)[._-]?keys?(?:[._-]id)?";
  private static final Pattern SECRET_KEY =
      Pattern.compile("(?:^|[^a-z0-9])(?:" + WORDS + ")(?:$|[^a-z0-9])");

  /**
   * Settings of what the rows are, by columns and classes that may be named like anything: their
   * expressions, types and weights hold no secret, and another one is another run.
   */
  private static final Pattern OF_ROWS =
      Pattern.compile(
          "(?:^|\\.)data\\.(?:where|columns|split|class_weight|(?:(?:test|validation)_)?source\\.types)"
              + "(?:$|\\.)");

  private static final Pattern CAMEL = Pattern.compile("([a-z0-9])([A-Z])");
  private static final Pattern USER_INFO = Pattern.compile("(://)[^/@\\s]+@");
  private static final Pattern PASSWORD = Pattern.compile("(://)[^/@:\\s]*:[^/@\\s]*@");
  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "((?:^|[^A-Za-z0-9])(?i:" + WORDS + ")\\s*[=:]\\s*)(\"[^\"]*\"|[^\\s;&,}\\]]+)");

  private Redaction() {}

  /** Whether a setting (or an environment variable) of this name holds a secret. */
  public static boolean secret(String key) {
    String words = CAMEL.matcher(key).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
    return SECRET_KEY.matcher(words).find();
  }

  /** A text without the passwords that stand in it as {@code user:password@} or {@code key=..}. */
  public static String text(String text) {
    String hidden = USER_INFO.matcher(text).replaceAll("$1" + REDACTED + "@");
    return ASSIGNMENT.matcher(hidden).replaceAll("$1" + REDACTED);
  }

  /** A URI without the password before its host, and its user; a container may stand there too. */
  public static String withoutPassword(String uri) {
    return PASSWORD.matcher(uri).replaceAll("$1");
  }

  /**
   * Settings of a whole run file, nested or by path, with every secret replaced. What the rows are
   * ({@code data.where}, {@code data.columns} and the like) stays as it is.
   */
  public static Map<String, Object> map(Map<String, ?> settings) {
    return map("", settings);
  }

  private static Map<String, Object> map(String at, Map<?, ?> settings) {
    Map<String, Object> clean = new LinkedHashMap<>();
    settings.forEach(
        (name, value) -> {
          String key = String.valueOf(name);
          String path = at.isEmpty() ? key : at + "." + key;
          boolean ofRows = OF_ROWS.matcher(path).find();
          Object hidden = secret(key) ? REDACTED : value(path, value);
          clean.put(key, ofRows ? value : hidden);
        });
    return clean;
  }

  /** A setting's value as a message shows it: short, on one line, and no secret. */
  static String shown(String path, ConfigValue value) {
    boolean ofRows = OF_ROWS.matcher(path).find();
    if ((secret(path) && !ofRows) || secret(value.origin().description())) {
      return REDACTED;
    }
    Object plain = value("", value.unwrapped());
    String text = plain instanceof String string ? quoted(string) : String.valueOf(plain);
    String line = printable(text);
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "...";
  }

  /** A text on one line: control characters are written as escapes. */
  public static String printable(String text) {
    StringBuilder line = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        default -> {
          if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
            line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            line.append(c);
          }
        }
      }
    }
    return line.toString();
  }

  private static Object value(String path, Object value) {
    if (value instanceof Map<?, ?> nested) {
      return map(path, nested);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(one -> value(path, one)).toList();
    }
    return value instanceof String string ? text(string) : value;
  }

  private static String quoted(String text) {
    return text.isBlank() || text.strip().length() != text.length() ? '"' + text + '"' : text;
  }
}

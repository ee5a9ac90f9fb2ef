package dev.lockstep.spark.source;

/** What the line formats share in their settings. */
final class Lines {
  /** The longest line where nothing is said: 10 MiB. */
  static final int MAX_LINE_BYTES = 10 << 20;

  private Lines() {}

  static void requireMaxLineBytes(int bytes) {
    if (bytes < 64 || bytes > 1 << 30) {
      throw new IllegalArgumentException(
          "max_line_bytes must be between 64 and 1073741824, is " + bytes);
    }
  }
}

package dev.lockstep.spark.gang;

/**
 * How the values of one flat vector are cut into parts, each a message of its own: while one part
 * travels the next is written and the last one is added, all of them within a processor's cache and
 * too small to be a humongous object of the collector.
 *
 * @param values how many there are
 * @param valueBytes bytes of one on the wire
 * @param partBytes the most bytes of a part
 */
record Parts(int values, int valueBytes, int partBytes) {
  /**
   * Of a sum: with its headers just below 256 KiB, the size to which Spark's buffer has grown then.
   */
  static final int SUM_BYTES = 240 << 10;

  /** Of a round: each is asked for, so there are fewer. */
  private static final int ROUND_BYTES = 480 << 10;

  /** The parts of a sum. */
  static Parts ofSum(int values, int valueBytes) {
    return new Parts(values, valueBytes, SUM_BYTES);
  }

  /** The parts of a round's parameters. */
  static Parts ofRound(int values, int valueBytes) {
    return new Parts(values, valueBytes, ROUND_BYTES);
  }

  /** How many parts there are, at least one. */
  int count() {
    return (int) Math.max(1, ((long) values + each() - 1) / each());
  }

  private int each() {
    return partBytes / valueBytes;
  }

  /** The first value of a part; behind the last value if there is no such part. */
  int from(int part) {
    return (int) Math.min(values, (long) part * each());
  }

  /** How many values a part has. */
  int length(int part) {
    return from(part + 1) - from(part);
  }

  /** The part that starts at a value, or -1 if none does. */
  int startingAt(int value) {
    return value >= 0 && value % each() == 0 && value / each() < count() ? value / each() : -1;
  }
}

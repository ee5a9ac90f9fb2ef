package dev.lockstep.spark.prepare;

import dev.lockstep.spark.source.Tokenizer;
import java.io.Serializable;
import java.util.Objects;

/**
 * How a text becomes the ids of its tokens: 0 is padding, 1 any token that the vocabulary lacks, 2
 * the most frequent token of the training rows, and so on; of byte pairs, 2 is the first byte. A
 * missing text has no tokens.
 *
 * @param unit what a token is
 * @param lowercase whether upper case is folded to lower case first
 * @param length ids of a row
 * @param vocabulary tokens known at most: the most frequent ones of the training rows, of equally
 *     frequent ones the first by their characters; of byte pairs, the 256 bytes among them
 * @param minCount rarer tokens are not known; rarer pairs are not merged
 * @param pad where shorter texts are filled up
 * @param truncate where longer texts are cut off
 */
public record TextTokens(
    Tokenizer.Unit unit,
    boolean lowercase,
    int length,
    int vocabulary,
    int minCount,
    End pad,
    End truncate)
    implements Serializable {
  /** An end of a text, as Keras names them. */
  public enum End {
    /** That after the last token. */
    POST,
    /** That before the first token. */
    PRE
  }

  /** The id of padding. */
  public static final int PADDING = 0;

  /** The id of tokens that the vocabulary lacks. */
  public static final int UNKNOWN = 1;

  /** The id of the first token of the vocabulary. */
  public static final int FIRST_KNOWN = 2;

  /** Ids are kept as float32, which has every whole number up to here. */
  private static final int MOST_IDS = 1 << 24;

  /** The first 200 words, 20,000 of which are known. */
  public static final TextTokens DEFAULTS =
      new TextTokens(Tokenizer.Unit.WORDS, true, 200, 20_000, 1, End.POST, End.POST);

  /** Checks the ranges. */
  public TextTokens {
    Objects.requireNonNull(unit);
    Objects.requireNonNull(pad);
    Objects.requireNonNull(truncate);
    require("length", length, 100_000);
    require("vocabulary", vocabulary, MOST_IDS - FIRST_KNOWN);
    require("min_count", minCount, Integer.MAX_VALUE);
    if (unit == Tokenizer.Unit.BYTE_PAIRS && vocabulary < BytePairs.BYTES) {
      throw new IllegalArgumentException(
          "vocabulary must be at least %d with unit = byte_pairs, the bytes, is %d"
              .formatted(BytePairs.BYTES, vocabulary));
    }
  }

  private static void require(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "%s must be from 1 to %d, is %d".formatted(name, most, value));
    }
  }

  /** What cuts texts. */
  public Tokenizer tokenizer() {
    return new Tokenizer(unit, lowercase);
  }

  /**
   * The tokens that training rows make known.
   *
   * @param counted how often each token occurs in them, or each piece of byte pairs
   */
  public Vocabulary known(Categories counted) {
    return switch (unit) {
      case WORDS, CHARACTERS ->
          KnownTokens.mostFrequent(tokenizer(), counted, vocabulary, minCount);
      case BYTE_PAIRS ->
          new BytePairs(lowercase, BytePairLearner.learn(counted.counts(), vocabulary, minCount));
    };
  }

  /**
   * The ids of a text.
   *
   * @param known the tokens that have ids
   * @return {@code [length]}
   */
  public double[] encode(String text, Vocabulary known) {
    double[] ring = new double[length];
    int[] found = {0};
    known.ids(
        text,
        id -> {
          if (found[0] < length || truncate == End.PRE) {
            ring[found[0]++ % length] = id;
          }
        });
    int kept = Math.min(length, found[0]);
    int at = pad == End.PRE ? length - kept : 0;
    double[] row = new double[length];
    for (int i = 0; i < kept; i++) {
      row[at + i] = ring[(found[0] - kept + i) % length];
    }
    return row;
  }
}

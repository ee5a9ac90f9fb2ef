package dev.lockstep.spark.source;

import java.io.Serializable;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Cuts texts into tokens.
 *
 * @param unit what a token is
 * @param lowercase whether upper case is folded to lower case first, as in no language's own way
 */
public record Tokenizer(Unit unit, boolean lowercase) implements Serializable {
  /** What a token is. */
  public enum Unit {
    /**
     * A run of letters, their marks, and digits, in any script; everything else parts words, so
     * that {@code don't} is {@code don} and {@code t}. scikit-learn's default leaves out words of
     * one character, this does not.
     */
    WORDS,
    /** A character (Unicode code point), blanks and signs included. */
    CHARACTERS,
    /**
     * What bytes merge to, the most frequent neighbours first (Sennrich, Haddow, Birch 2016), as
     * learned from texts. Before that is known, a text is cut into the pieces that merges do not
     * cross: words with the blank before them, as GPT-2 has it.
     */
    BYTE_PAIRS
  }

  /** Hands the tokens of a text, or the pieces of byte pairs, over in their order. */
  public void cut(String text, Consumer<String> into) {
    String folded = lowercase ? text.toLowerCase(Locale.ROOT) : text;
    if (unit == Unit.BYTE_PAIRS) {
      Pieces.cut(folded, into);
      return;
    }
    int start = 0;
    int at = 0;
    while (at < folded.length()) {
      int character = folded.codePointAt(at);
      int next = at + Character.charCount(character);
      if (unit == Unit.CHARACTERS) {
        into.accept(folded.substring(at, next));
      } else if (!isPartOfWord(character)) {
        word(folded, start, at, into);
        start = next;
      }
      at = next;
    }
    if (unit == Unit.WORDS) {
      word(folded, start, at, into);
    }
  }

  private static void word(String text, int start, int end, Consumer<String> into) {
    if (start < end) {
      into.accept(text.substring(start, end));
    }
  }

  private static boolean isPartOfWord(int character) {
    return switch (Character.getType(character)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default -> Character.isLetterOrDigit(character);
    };
  }
}

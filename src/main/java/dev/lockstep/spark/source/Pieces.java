package dev.lockstep.spark.source;

import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts texts into the pieces within which bytes are merged: a word, a number or a run of signs with
 * the one blank before it, an English ending behind an apostrophe, or other blanks. Nothing is left
 * out, so that the pieces in their order are the text. The expression is GPT-2's (Radford et al.
 * 2019), but that a piece has {@value #MOST} characters and a blank at most: no text costs more
 * than its length.
 */
final class Pieces {
  private static final int MOST = 128;

  /** Blanks are those of Unicode. A last blank of several goes with what follows. */
  private static final Pattern PIECE =
      Pattern.compile(
          ("(?U)'(?:s|t|re|ve|m|ll|d)| ?\\p{L}{1,%1$d}| ?\\p{N}{1,%1$d}"
                  + "| ?[^\\s\\p{L}\\p{N}]{1,%1$d}|\\s{1,%1$d}(?!\\S)|\\s{1,%1$d}")
              .formatted(MOST));

  private Pieces() {}

  /** Hands the pieces of a text over, in their order. */
  static void cut(String text, Consumer<String> into) {
    Matcher found = PIECE.matcher(text);
    while (found.find()) {
      into.accept(found.group());
    }
  }
}

package dev.lockstep.spark.prepare;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * The tokens that are known, and their ids: {@link TextTokens#FIRST_KNOWN} is the first token's,
 * the next one is the second's, and so on.
 */
public sealed interface Vocabulary extends Serializable permits KnownTokens, BytePairs {
  /** The tokens in the order of their ids. */
  List<String> tokens();

  /** Hands the ids of the tokens of a text over, in their order. */
  void ids(String text, IntConsumer into);

  /** The first token of a text that is not known. */
  Optional<String> firstUnknown(String text);

  /**
   * The text of ids.
   *
   * @param ids of known tokens
   * @param continued whether it continues another, so that a word has a blank before it
   */
  String text(List<Integer> ids, boolean continued);
}

package dev.lockstep.spark.prepare;

import dev.lockstep.spark.source.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/** Words or characters that are known; all others have the id of unknown ones. */
public final class KnownTokens implements Vocabulary {
  private static final long serialVersionUID = 1L;

  private final Tokenizer tokenizer;
  private final ArrayList<String> tokens;
  private final HashMap<String, Integer> ids = new HashMap<>();

  /**
   * These tokens, in the order of their ids.
   *
   * @param tokenizer what cuts texts
   */
  public KnownTokens(Tokenizer tokenizer, List<String> tokens) {
    this.tokenizer = tokenizer;
    this.tokens = new ArrayList<>(tokens);
    for (String token : tokens) {
      ids.put(token, TextTokens.FIRST_KNOWN + ids.size());
    }
  }

  /**
   * The most frequent tokens, of equally frequent ones the first by their characters.
   *
   * @param counted how often each token occurs
   */
  static KnownTokens mostFrequent(
      Tokenizer tokenizer, Categories counted, int most, long minCount) {
    Map<String, Long> counts = counted.counts();
    return new KnownTokens(
        tokenizer,
        counted.byFrequency().stream()
            .filter(token -> counts.get(token) >= minCount)
            .limit(most)
            .toList());
  }

  @Override
  public List<String> tokens() {
    return List.copyOf(tokens);
  }

  @Override
  public void ids(String text, IntConsumer into) {
    tokenizer.cut(text, token -> into.accept(ids.getOrDefault(token, TextTokens.UNKNOWN)));
  }

  @Override
  public Optional<String> firstUnknown(String text) {
    List<String> unknown = new ArrayList<>();
    tokenizer.cut(
        text,
        token -> {
          if (!ids.containsKey(token)) {
            unknown.add(token);
          }
        });
    return unknown.stream().findFirst();
  }

  @Override
  public String text(List<Integer> of, boolean continued) {
    boolean words = tokenizer.unit() == Tokenizer.Unit.WORDS;
    StringBuilder text = new StringBuilder();
    for (int id : of) {
      boolean apart = words && (continued || text.length() > 0);
      text.append(apart ? " " : "").append(tokens.get(id - TextTokens.FIRST_KNOWN));
    }
    return text.toString();
  }
}

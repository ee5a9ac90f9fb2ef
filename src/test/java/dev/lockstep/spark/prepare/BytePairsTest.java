package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.spark.source.Tokenizer;
import dev.lockstep.spark.source.Tokenizer.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BytePairsTest {
  /** The example of Sennrich, Haddow and Birch (2016). */
  private static final Map<String, Long> PAPER =
      Map.of("low", 5L, "lower", 2L, "newest", 6L, "widest", 3L);

  private static List<String> pieces(String text) {
    List<String> pieces = new ArrayList<>();
    new Tokenizer(Unit.BYTE_PAIRS, false).cut(text, pieces::add);
    return pieces;
  }

  private static Map<String, Long> counted(String text) {
    Map<String, Long> counts = new HashMap<>();
    pieces(text).forEach(piece -> counts.merge(piece, 1L, Long::sum));
    return counts;
  }

  private static List<Integer> ids(Vocabulary known, String text) {
    List<Integer> ids = new ArrayList<>();
    known.ids(text, ids::add);
    return ids;
  }

  private static List<String> shown(Vocabulary known, String text) {
    return ids(known, text).stream()
        .map(id -> known.tokens().get(id - TextTokens.FIRST_KNOWN))
        .toList();
  }

  @Test
  void mergesAreThoseOfThePaper() {
    List<String> merges = BytePairLearner.learn(PAPER, 256 + 10, 1);
    // Of the pairs with 6, bytes that come first; the paper leaves ties open and marks ends.
    assertThat(merges)
        .containsExactly(
            "e s", "es t", "l o", "lo w", "e w", "n ew", "new est", "d est", "i dest", "w idest");
    BytePairs known = new BytePairs(true, merges);
    assertThat(shown(known, "lowest")).containsExactly("low", "est");
    assertThat(shown(known, "Newer widest")).containsExactly("new", "e", "r", "Ġ", "widest");
    assertThat(BytePairLearner.learn(PAPER, 256 + 10, 7))
        .as("rarer pairs are left")
        .containsExactly("e s", "es t", "l o", "lo w");
    assertThat(BytePairLearner.learn(PAPER, 256, 1)).isEmpty();
    assertThat(BytePairLearner.learn(PAPER, 1000, 1)).as("until words are whole").hasSize(12);
  }

  @Test
  void piecesAreThoseOfGpt2AndTogetherTheText() {
    assertThat(pieces("Hello world, it's  2026!\n\n  Don't stop"))
        .containsExactly(
            "Hello", " world", ",", " it", "'s", " ", " 2026", "!", "\n\n ", " Don", "'t", " stop");
    assertThat(pieces("na\u00efve \u4e16\u754c\u00a0\ud83d\ude00 x"))
        .containsExactly("na\u00efve", " \u4e16\u754c", "\u00a0", "\ud83d\ude00", " x");
    assertThat(pieces("a".repeat(300))).extracting(String::length).containsExactly(128, 128, 44);
    assertThat(pieces("")).isEmpty();
  }

  /** Counts all pairs anew for every merge, with texts for tokens. */
  private static List<String> plainly(Map<String, Long> counted, int merges, long minCount) {
    BytePairs bytes = new BytePairs(false, List.of());
    List<String> order = new ArrayList<>(bytes.tokens());
    Map<List<String>, Long> words = new HashMap<>();
    counted.forEach((piece, count) -> words.merge(shown(bytes, piece), count, Long::sum));
    List<String> found = new ArrayList<>();
    while (found.size() < merges) {
      Map<List<String>, Long> pairs = new HashMap<>();
      words.forEach(
          (word, count) -> {
            for (int i = 1; i < word.size(); i++) {
              pairs.merge(List.of(word.get(i - 1), word.get(i)), count, Long::sum);
            }
          });
      List<String> best = null;
      for (Map.Entry<List<String>, Long> pair : pairs.entrySet()) {
        if (pair.getValue() >= minCount
            && (best == null || isBefore(pair.getKey(), best, pairs, order))) {
          best = pair.getKey();
        }
      }
      if (best == null) {
        return found;
      }
      found.add(best.get(0) + " " + best.get(1));
      if (!order.contains(best.get(0) + best.get(1))) {
        order.add(best.get(0) + best.get(1));
      }
      Map<List<String>, Long> after = new HashMap<>();
      for (Map.Entry<List<String>, Long> word : words.entrySet()) {
        after.merge(merged(word.getKey(), best), word.getValue(), Long::sum);
      }
      words.clear();
      words.putAll(after);
    }
    return found;
  }

  private static boolean isBefore(
      List<String> left, List<String> right, Map<List<String>, Long> counts, List<String> order) {
    int byCount = Long.compare(counts.get(right), counts.get(left));
    int byFirst = order.indexOf(left.get(0)) - order.indexOf(right.get(0));
    int bySecond = order.indexOf(left.get(1)) - order.indexOf(right.get(1));
    return byCount != 0 ? byCount < 0 : byFirst != 0 ? byFirst < 0 : bySecond < 0;
  }

  private static List<String> merged(List<String> word, List<String> pair) {
    List<String> after = new ArrayList<>();
    for (int i = 0; i < word.size(); i++) {
      if (i + 1 < word.size() && word.subList(i, i + 2).equals(pair)) {
        after.add(pair.get(0) + pair.get(1));
        i++;
      } else {
        after.add(word.get(i));
      }
    }
    return after;
  }

  @Test
  void learningFollowsThePlainForm() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Map<String, Long> counts = new TreeMap<>();
      for (int i = 0; i < 60; i++) {
        StringBuilder word = new StringBuilder();
        for (int length = 1 + random.nextInt(9); length > 0; length--) {
          word.append((char) ('a' + random.nextInt(1 + seed % 4)));
        }
        counts.merge(word.toString(), 1L + random.nextInt(5), Long::sum);
      }
      long minCount = 1 + seed % 3;
      List<String> merges = BytePairLearner.learn(counts, 256 + 60, minCount);
      assertThat(merges).as("seed " + seed).isNotEmpty();
      assertThat(merges).as("seed " + seed).isEqualTo(plainly(counts, merges.size(), minCount));
      assertThat(new BytePairs(false, merges).tokens()).hasSizeLessThanOrEqualTo(256 + 60);
    }
  }

  @Test
  void textsComeBackFromTheirIds() {
    String learned = "the cat sat on the mat; the cats sat. na\u00efve \u4e16\u754c \u4e16\u754c";
    BytePairs known =
        new BytePairs(false, BytePairLearner.learn(counted(learned.repeat(3)), 290, 2));
    for (String text :
        List.of(
            learned,
            "",
            "Unseen: \u00fc\u0416 \ud83d\ude00\n\t  'tis 10\u00b2 ",
            "\u0000\u007f\u00ad\uffff",
            "long".repeat(100))) {
      assertThat(known.text(ids(known, text), true)).isEqualTo(text);
      assertThat(known.firstUnknown(text)).isEmpty();
      assertThat(ids(known, text)).allMatch(id -> id >= 2 && id < 2 + known.tokens().size());
    }
    assertThat(known.text(ids(known, "\u0436").subList(0, 1), false)).isEqualTo("\ufffd");
    assertThat(known.text(List.of(), true)).isEmpty();
  }

  @Test
  void earlierMergesComeFirst() {
    BytePairs known = new BytePairs(false, List.of("b c", "a b", "ab c", "a bc"));
    assertThat(shown(known, "abc")).containsExactly("abc");
    assertThat(shown(known, "abd")).containsExactly("ab", "d");
    assertThat(shown(known, "aabcb")).containsExactly("a", "abc", "b");
    assertThat(known.tokens().subList(256, known.tokens().size()))
        .as("what two merges make is one token")
        .containsExactly("bc", "ab", "abc");
    assertThatThrownBy(() -> new BytePairs(false, List.of("ab c")))
        .hasMessage("merge 0 is of two tokens before it, is \"ab c\"");
    assertThatThrownBy(() -> new BytePairs(false, Arrays.asList("ab")))
        .hasMessageContaining("is \"ab\"");
  }
}

package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.spark.prepare.TextTokens.Pad;
import dev.lockstep.spark.source.Tokenizer;
import dev.lockstep.spark.source.Tokenizer.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextTokensTest {
  private static List<String> cut(Unit unit, boolean lowercase, String text) {
    List<String> tokens = new ArrayList<>();
    new Tokenizer(unit, lowercase).cut(text, tokens::add);
    return tokens;
  }

  @Test
  void wordsAreRunsOfLettersTheirMarksAndDigits() {
    assertThat(cut(Unit.WORDS, true, "It's NOT a \"B-52\", is it?"))
        .containsExactly("it", "s", "not", "a", "b", "52", "is", "it");
    assertThat(
            cut(Unit.WORDS, false, "Ünïcode, e\u0301tude; \u0928\u092e\u0938\u094d\u0924\u0947_x"))
        .containsExactly("Ünïcode", "e\u0301tude", "\u0928\u092e\u0938\u094d\u0924\u0947", "x");
    assertThat(cut(Unit.WORDS, true, " .. ")).isEmpty();
    assertThat(cut(Unit.WORDS, true, "\ud835\udc00\ud835\udc01!")).hasSize(1);
  }

  @Test
  void charactersAreCodePoints() {
    assertThat(cut(Unit.CHARACTERS, false, "Ab \ud83d\ude00"))
        .containsExactly("A", "b", " ", "\ud83d\ude00");
    assertThat(cut(Unit.CHARACTERS, true, "Ab")).containsExactly("a", "b");
  }

  @Test
  void theVocabularyHasTheMostFrequentTokensTiesByText() {
    Categories counted = new Categories();
    Map.of("b", 2L, "a", 2L, "z", 3L, "c", 1L).forEach(counted::add);
    assertThat(text(5, 10, 1, Pad.POST).known(counted)).containsExactly("z", "a", "b", "c");
    assertThat(text(5, 2, 1, Pad.POST).known(counted)).containsExactly("z", "a");
    assertThat(text(5, 10, 2, Pad.POST).known(counted)).containsExactly("z", "a", "b");
    assertThat(text(5, 10, 9, Pad.POST).known(counted)).isEmpty();
  }

  private static TextTokens text(int length, int vocabulary, int minCount, Pad pad) {
    return new TextTokens(Unit.WORDS, true, length, vocabulary, minCount, pad);
  }

  @Test
  void longTextsKeepTheirFirstTokensAndShortOnesAreFilledUp() {
    Map<String, Integer> ids = Map.of("a", 2, "b", 3);
    TextTokens post = text(4, 10, 1, Pad.POST);
    TextTokens pre = text(4, 10, 1, Pad.PRE);
    assertThat(post.encode("a b", ids)).containsExactly(2, 3, 0, 0);
    assertThat(pre.encode("a b", ids)).containsExactly(0, 0, 2, 3);
    for (TextTokens either : List.of(post, pre)) {
      assertThat(either.encode("b a what b a a", ids)).containsExactly(3, 2, 1, 3);
      assertThat(either.encode("", ids)).containsExactly(0, 0, 0, 0);
    }
  }

  @Test
  void sizesAreChecked() {
    assertThatThrownBy(() -> text(0, 1, 1, Pad.POST)).hasMessageContaining("length must be");
    assertThatThrownBy(() -> text(1, 1 << 24, 1, Pad.POST))
        .hasMessageContaining("vocabulary must be from 1 to 16777214, is 16777216");
    assertThatThrownBy(() -> text(1, 1, 0, Pad.POST)).hasMessageContaining("min_count must be");
  }
}

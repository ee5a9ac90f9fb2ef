package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.spark.prepare.TextTokens.End;
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
    assertThat(text(5, 10, 1, End.POST).known(counted).tokens())
        .containsExactly("z", "a", "b", "c");
    assertThat(text(5, 2, 1, End.POST).known(counted).tokens()).containsExactly("z", "a");
    assertThat(text(5, 10, 2, End.POST).known(counted).tokens()).containsExactly("z", "a", "b");
    assertThat(text(5, 10, 9, End.POST).known(counted).tokens()).isEmpty();
  }

  private static TextTokens text(int length, int vocabulary, int minCount, End pad) {
    return new TextTokens(Unit.WORDS, true, length, vocabulary, minCount, pad, End.POST);
  }

  @Test
  void longTextsKeepTheirFirstTokensAndShortOnesAreFilledUp() {
    Vocabulary ids = new KnownTokens(new Tokenizer(Unit.WORDS, true), List.of("a", "b"));
    TextTokens post = text(4, 10, 1, End.POST);
    TextTokens pre = text(4, 10, 1, End.PRE);
    assertThat(post.encode("a b", ids)).containsExactly(2, 3, 0, 0);
    assertThat(pre.encode("a b", ids)).containsExactly(0, 0, 2, 3);
    for (TextTokens either : List.of(post, pre)) {
      assertThat(either.encode("b a what b a a", ids)).containsExactly(3, 2, 1, 3);
      assertThat(either.encode("", ids)).containsExactly(0, 0, 0, 0);
    }
  }

  @Test
  void longTextsCutOffBeforeKeepTheirLastTokens() {
    Vocabulary ids = new KnownTokens(new Tokenizer(Unit.WORDS, true), List.of("a", "b"));
    for (End pad : End.values()) {
      TextTokens last = new TextTokens(Unit.WORDS, true, 3, 10, 1, pad, End.PRE);
      assertThat(last.encode("b a what b", ids)).containsExactly(2, 1, 3);
      assertThat(last.encode("a a a a what b b a what", ids)).containsExactly(3, 2, 1);
      assertThat(last.encode("b a what", ids)).containsExactly(3, 2, 1);
      double[] filled = pad == End.PRE ? new double[] {0, 3, 2} : new double[] {3, 2, 0};
      assertThat(last.encode("b a", ids)).containsExactly(filled);
    }
  }

  @Test
  void sizesAreChecked() {
    assertThatThrownBy(() -> text(0, 1, 1, End.POST)).hasMessageContaining("length must be");
    assertThatThrownBy(() -> text(1, 1 << 24, 1, End.POST))
        .hasMessageContaining("vocabulary must be from 1 to 16777214, is 16777216");
    assertThatThrownBy(() -> text(1, 1, 0, End.POST)).hasMessageContaining("min_count must be");
    assertThatThrownBy(() -> new TextTokens(Unit.BYTE_PAIRS, true, 9, 255, 1, End.POST, End.POST))
        .hasMessage("vocabulary must be at least 256 with unit = byte_pairs, the bytes, is 255");
  }
}

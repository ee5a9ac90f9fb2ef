package dev.lockstep.spark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.DataException;
import dev.lockstep.spark.source.Source.InputFile;
import dev.lockstep.spark.source.Tokenizer.Unit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How texts are cut into windows. */
class WindowsTest {
  @TempDir private Path folder;

  private static Windows windows(int context, int stride, double from, double to) {
    return new Windows("x", Unit.CHARACTERS, context, Optional.of(stride), from, to);
  }

  private static WindowPlaces places(int context, int stride, double from, double to) {
    return windows(context, stride, from, to).places();
  }

  private static List<String> cut(WindowPlaces windows, String text) {
    List<String> cut = new ArrayList<>();
    for (int i = 0; i < windows.count(text.length()); i++) {
      cut.add(text.substring(windows.start(i, text.length()), windows.end(i, text.length())));
    }
    return cut;
  }

  @Test
  void aWindowHasOneTokenMoreThanItPredicts() {
    assertThat(cut(places(3, 3, 0, 1), "abcdefgh")).containsExactly("abcd", "defg", "gh");
    assertThat(cut(places(3, 2, 0, 1), "abcdefgh")).containsExactly("abcd", "cdef", "efgh");
    assertThat(cut(places(9, 9, 0, 1), "ab")).containsExactly("ab");
    assertThat(cut(places(3, 3, 0, 1), "a")).isEmpty();
    assertThat(cut(places(3, 3, 0, 1), "")).isEmpty();
  }

  @Test
  void partsOfATextShareNoToken() {
    assertThat(cut(places(3, 3, 0, 0.6), "abcdefghij")).containsExactly("abcd", "def");
    assertThat(cut(places(3, 3, 0.6, 1), "abcdefghij")).containsExactly("ghij");
  }

  /** Without overlaps each token but the first is predicted once; with them, at least once. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 7, 8, 9, 63, 64, 65, 1021})
  void everyTokenButTheFirstIsPredicted(int tokens) {
    for (int context : new int[] {1, 2, 7, 64}) {
      for (int stride = 1; stride <= context; stride += Math.max(1, context / 3)) {
        WindowPlaces windows = places(context, stride, 0, 1);
        int[] predicted = new int[tokens];
        for (int i = 0; i < windows.count(tokens); i++) {
          assertThat(windows.end(i, tokens) - windows.start(i, tokens)).isBetween(2, context + 1);
          for (int t = windows.start(i, tokens) + 1; t < windows.end(i, tokens); t++) {
            predicted[t]++;
          }
        }
        assertThat(predicted[0]).isZero();
        for (int t = 1; t < tokens; t++) {
          if (stride == context) {
            assertThat(predicted[t]).isEqualTo(1);
          } else {
            assertThat(predicted[t]).isPositive();
          }
        }
      }
    }
  }

  private ListedFile file(String name, byte[] bytes) throws IOException {
    Path path = Files.write(folder.resolve(name), bytes);
    long modified = Files.getLastModifiedTime(path).toMillis();
    return new ListedFile(new InputFile(name, bytes.length, modified), path.toUri().toString());
  }

  private WindowText read(String name, byte[] bytes, Unit unit) throws IOException {
    return WindowText.read(new Configuration(), file(name, bytes), unit);
  }

  @Test
  void charactersAreCodePointsAndWordsAreWords() throws IOException {
    byte[] bytes = "Ä 😀 the end,\nThe end".getBytes(StandardCharsets.UTF_8);
    WindowText characters = read("a.txt", bytes, Unit.CHARACTERS);
    assertThat(characters.size()).isEqualTo(20);
    assertThat(characters.window(0, 4)).isEqualTo("Ä 😀 ");
    WindowText words = read("b.txt", bytes, Unit.WORDS);
    assertThat(words.size()).isEqualTo(5);
    assertThat(words.window(1, 5)).isEqualTo("the end The end");
    WindowText pieces = read("d.txt", bytes, Unit.BYTE_PAIRS);
    assertThat(pieces.size()).isEqualTo(8);
    assertThat(pieces.window(0, 5)).isEqualTo("Ä 😀 the end,");
    assertThat(pieces.window(5, 8)).isEqualTo("\nThe end");
    byte[] zipped = SourceFixture.gzip("zipped");
    assertThat(read("c.txt.gz", zipped, Unit.CHARACTERS).window(0, 6)).isEqualTo("zipped");
  }

  @Test
  void whatIsNoUtf8IsRefusedWithItsFile() {
    assertThatThrownBy(() -> read("bad.txt", new byte[] {'a', (byte) 0xC3}, Unit.CHARACTERS))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("bad.txt is not UTF-8");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0, 1, context must be from 1",
    "4, 5, 0, 1, stride must be from 1 to context = 4",
    "4, 0, 0, 1, stride must be from 1 to context = 4",
    "4, 4, 0.5, 0.5, from and to must be shares",
    "4, 4, 0, 1.5, from and to must be shares",
    "4, 4, NaN, 1, from and to must be shares"
  })
  void settingsOutsideTheirRangesAreRefused(
      int context, int stride, double from, double to, String message) {
    assertThatThrownBy(() -> windows(context, stride, from, to))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}

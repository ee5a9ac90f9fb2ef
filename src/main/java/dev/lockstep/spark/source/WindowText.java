package dev.lockstep.spark.source;

import dev.lockstep.data.DataException;
import dev.lockstep.spark.source.Tokenizer.Unit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.CompressionCodec;

/** The tokens of one file, whole in memory. */
final class WindowText {
  private static final int MOST_BYTES = 1 << 29;

  /** Code points, or places in {@link #words}. */
  private final int[] tokens;

  private final List<String> words;

  /** What stands between words. */
  private final String between;

  private WindowText(int[] tokens, List<String> words, String between) {
    this.tokens = tokens;
    this.words = words;
    this.between = between;
  }

  /**
   * Reads a file.
   *
   * @throws DataException if it has changed, is no UTF-8, or too large
   */
  static WindowText read(Configuration hadoop, ListedFile file, Unit unit) {
    String text = text(hadoop, file);
    if (unit == Unit.CHARACTERS) {
      return new WindowText(text.codePoints().toArray(), List.of(), "");
    }
    Map<String, Integer> places = new HashMap<>();
    List<String> words = new ArrayList<>();
    List<Integer> tokens = new ArrayList<>();
    new Tokenizer(unit, false)
        .cut(
            text,
            word -> {
              int place = places.computeIfAbsent(word, unused -> words.size());
              if (place == words.size()) {
                words.add(word);
              }
              tokens.add(place);
            });
    return new WindowText(
        tokens.stream().mapToInt(Integer::intValue).toArray(),
        words,
        unit == Unit.WORDS ? " " : "");
  }

  private static String text(Configuration hadoop, ListedFile file) {
    CompressionCodec codec = LineCursor.codec(hadoop, file);
    byte[] bytes;
    try (InputStream raw = file.open(hadoop);
        InputStream in = codec == null ? raw : codec.createInputStream(raw)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (IOException e) {
      throw LineFiles.unreadable(file, e);
    }
    if (bytes.length > MOST_BYTES) {
      throw new DataException(
          "%s is longer than %d MiB, the most of a text that is cut into windows: split it into"
                  .formatted(file.name(), MOST_BYTES >> 20)
              + " several files");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new DataException(file.name() + " is not UTF-8; convert the file to UTF-8", e);
    }
  }

  /** How many tokens there are. */
  int size() {
    return tokens.length;
  }

  /** Some tokens as a text that is cut into the same ones. */
  String window(int from, int to) {
    if (words.isEmpty()) {
      return new String(tokens, from, to - from);
    }
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      text.append(i > from ? between : "").append(words.get(tokens[i]));
    }
    return text.toString();
  }
}

package dev.lockstep.spark.prepare;

import dev.lockstep.spark.source.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;

/**
 * Tokens that bytes merge to (byte-pair encoding, Sennrich, Haddow, Birch 2016, over bytes as in
 * GPT-2): the 256 bytes and what each merge makes of its two tokens. No text has an unknown token,
 * and the tokens of a text are the text again. Tokens are written in the characters of {@link
 * ByteAlphabet}. Safe for threads.
 */
public final class BytePairs implements Vocabulary {
  private static final long serialVersionUID = 1L;

  /** The bytes, which are tokens before any merge. */
  public static final int BYTES = ByteAlphabet.SIZE;

  /** Pieces whose tokens are kept: most of a text are among them. */
  private static final int MOST_KEPT = 1 << 16;

  private final Tokenizer tokenizer;
  private final ArrayList<String> merges;
  private final ArrayList<String> tokens = new ArrayList<>();

  /** The number of the merge of two places in {@link #tokens}. */
  private final HashMap<Long, Integer> numbers = new HashMap<>();

  /** What each merge makes: a place in {@link #tokens}. */
  private final int[] made;

  private final ConcurrentHashMap<String, int[]> kept = new ConcurrentHashMap<>();

  /**
   * These merges.
   *
   * @param merges the first is done first: two tokens each, a blank between them
   * @throws IllegalArgumentException if one merges what no earlier one makes
   */
  public BytePairs(boolean lowercase, List<String> merges) {
    this.tokenizer = new Tokenizer(Tokenizer.Unit.BYTE_PAIRS, lowercase);
    this.merges = new ArrayList<>(merges);
    this.made = new int[merges.size()];
    Map<String, Integer> places = new HashMap<>();
    for (int place = 0; place < BYTES; place++) {
      tokens.add(String.valueOf(ByteAlphabet.shown(place)));
      places.put(tokens.get(place), place);
    }
    for (int number = 0; number < made.length; number++) {
      String[] pair = merges.get(number).split(" ", -1);
      Integer left = places.get(pair[0]);
      Integer right = pair.length == 2 ? places.get(pair[1]) : null;
      if (left == null || right == null) {
        throw new IllegalArgumentException(
            "merge %d is of two tokens before it, is \"%s\"".formatted(number, merges.get(number)));
      }
      String both = pair[0] + pair[1];
      made[number] = places.computeIfAbsent(both, unused -> tokens.size());
      if (made[number] == tokens.size()) {
        tokens.add(both);
      }
      numbers.put(pair(left, right), number);
    }
  }

  /** Two places as one number. */
  static long pair(int left, int right) {
    return (long) left << Integer.SIZE | right;
  }

  /** The merges, as they are written. */
  public List<String> merges() {
    return List.copyOf(merges);
  }

  @Override
  public List<String> tokens() {
    return List.copyOf(tokens);
  }

  @Override
  public void ids(String text, IntConsumer into) {
    tokenizer.cut(
        text,
        piece -> {
          for (int place : places(piece)) {
            into.accept(TextTokens.FIRST_KNOWN + place);
          }
        });
  }

  private int[] places(String piece) {
    int[] known = kept.get(piece);
    if (known != null) {
      return known;
    }
    int[] merged = merged(bytes(piece));
    if (kept.size() < MOST_KEPT) {
      kept.put(piece, merged);
    }
    return merged;
  }

  /** The bytes of a text, as places of tokens. */
  static int[] bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] places = new int[bytes.length];
    Arrays.setAll(places, i -> ByteAlphabet.place(bytes[i]));
    return places;
  }

  /** Merges whatever can be, the earliest merge first. */
  private int[] merged(int[] bytes) {
    int[] now = bytes;
    while (true) {
      int first = made.length;
      long pair = 0;
      for (int i = 1; i < now.length; i++) {
        int number = numbers.getOrDefault(pair(now[i - 1], now[i]), made.length);
        if (number < first) {
          first = number;
          pair = pair(now[i - 1], now[i]);
        }
      }
      if (first == made.length) {
        return now;
      }
      now = merged(now, pair, made[first]);
    }
  }

  /**
   * Writes one token for two, from the left wherever they are neighbours.
   *
   * @param pair the two, as {@link #pair} has them
   * @return a new array
   */
  static int[] merged(int[] places, long pair, int token) {
    int[] merged = new int[places.length];
    int n = 0;
    for (int i = 0; i < places.length; i++) {
      if (i + 1 < places.length && pair(places[i], places[i + 1]) == pair) {
        merged[n++] = token;
        i++;
      } else {
        merged[n++] = places[i];
      }
    }
    return Arrays.copyOf(merged, n);
  }

  @Override
  public Optional<String> firstUnknown(String text) {
    return Optional.empty();
  }

  /** The same; bytes that are no UTF-8, as half a character, become U+FFFD. */
  @Override
  public String text(List<Integer> ids, boolean continued) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      ByteAlphabet.write(tokens.get(id - TextTokens.FIRST_KNOWN), bytes);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}

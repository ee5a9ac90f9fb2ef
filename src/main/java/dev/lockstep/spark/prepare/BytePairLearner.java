package dev.lockstep.spark.prepare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Learns merges of bytes from how often each piece of texts occurs (Sennrich, Haddow, Birch 2016):
 * the two neighbours that are most frequent become one token, time and again. Of equally frequent
 * pairs that whose left token is older comes first, then that whose right one is, bytes by {@link
 * ByteAlphabet}: so merges depend on the counts alone.
 *
 * <p>Each pair knows its count and the pieces that had it, and a queue has the pairs by their
 * counts when they were put there: a merge costs what it changes, not a look at all pieces. Counts
 * in the queue are corrected when a pair comes first.
 */
final class BytePairLearner {
  /** Pairs as the queue has them. */
  private record Candidate(long count, long pair) {
    static final Comparator<Candidate> ORDER =
        Comparator.comparingLong(Candidate::count).reversed().thenComparing(Candidate::pair);
  }

  /** Where a pair is. */
  private static final class Places {
    private long count;

    /** Pieces that have it, or had it. */
    private int[] pieces = new int[2];

    private int size;

    void add(int piece) {
      if (size > 0 && pieces[size - 1] == piece) {
        return;
      }
      if (size == pieces.length) {
        pieces = Arrays.copyOf(pieces, 2 * size);
      }
      pieces[size++] = piece;
    }
  }

  private final long minCount;
  private final List<int[]> pieces = new ArrayList<>();
  private final long[] counts;
  private final Map<Long, Places> pairs = new HashMap<>();
  private final PriorityQueue<Candidate> queue = new PriorityQueue<>(Candidate.ORDER);
  private final List<String> tokens = new ArrayList<>();
  private final Map<String, Integer> known = new HashMap<>();

  private BytePairLearner(Map<String, Long> counted, long minCount) {
    this.minCount = minCount;
    this.counts = new long[counted.size()];
    for (int place = 0; place < ByteAlphabet.SIZE; place++) {
      token(String.valueOf(ByteAlphabet.shown(place)));
    }
    counted.forEach(
        (piece, count) -> {
          int number = pieces.size();
          counts[number] = count;
          pieces.add(BytePairs.bytes(piece));
          int[] places = pieces.get(number);
          for (int i = 1; i < places.length; i++) {
            Places pair =
                pairs.computeIfAbsent(BytePairs.pair(places[i - 1], places[i]), p -> new Places());
            pair.count += count;
            pair.add(number);
          }
        });
    pairs.keySet().forEach(this::enqueue);
  }

  /**
   * Learns merges.
   *
   * @param counted how often each piece occurs
   * @param most tokens at most, the 256 bytes among them
   * @param minCount rarer pairs are not merged
   * @return as {@link BytePairs} takes them
   */
  static List<String> learn(Map<String, Long> counted, int most, long minCount) {
    return new BytePairLearner(counted, minCount).learn(most);
  }

  private List<String> learn(int most) {
    List<String> merges = new ArrayList<>();
    while (tokens.size() < most && !queue.isEmpty()) {
      Candidate first = queue.remove();
      long count = pairs.get(first.pair()).count;
      if (count < first.count()) {
        enqueue(first.pair());
      } else if (count == first.count()) {
        String left = tokens.get((int) (first.pair() >>> Integer.SIZE));
        String right = tokens.get((int) first.pair());
        merges.add(left + " " + right);
        merge(first.pair(), token(left + right));
      }
    }
    return merges;
  }

  private int token(String shown) {
    Integer place = known.putIfAbsent(shown, tokens.size());
    if (place == null) {
      tokens.add(shown);
    }
    return known.get(shown);
  }

  private void enqueue(long pair) {
    long count = pairs.get(pair).count;
    if (count >= minCount) {
      queue.add(new Candidate(count, pair));
    }
  }

  private void merge(long pair, int token) {
    Places places = pairs.get(pair);
    Set<Long> grown = new HashSet<>();
    for (int i = 0; i < places.size; i++) {
      int number = places.pieces[i];
      int[] before = pieces.get(number);
      int[] after = BytePairs.merged(before, pair, token);
      if (after.length == before.length) {
        continue;
      }
      pieces.set(number, after);
      for (int k = 1; k < before.length; k++) {
        pairs.get(BytePairs.pair(before[k - 1], before[k])).count -= counts[number];
      }
      for (int k = 1; k < after.length; k++) {
        long neighbours = BytePairs.pair(after[k - 1], after[k]);
        Places found = pairs.computeIfAbsent(neighbours, p -> new Places());
        found.count += counts[number];
        if (after[k - 1] == token || after[k] == token) {
          found.add(number);
          grown.add(neighbours);
        }
      }
    }
    grown.forEach(this::enqueue);
    places.pieces = new int[2];
    places.size = 0;
  }
}

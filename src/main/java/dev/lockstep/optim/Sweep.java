package dev.lockstep.optim;

import dev.lockstep.math.IdleThreads;
import java.util.stream.IntStream;

/**
 * Work over the coordinates of a vector, in blocks that stay in the cache from one part of the work
 * to the next, and on all cores where the vector is long. What is summed is summed by chunks of
 * fixed size, so neither blocks nor cores change the bits.
 */
final class Sweep {
  /** Coordinates that are summed together; the sums of chunks are added in order. */
  static final int CHUNK = 1 << 20;

  /** Vectors below this length are not worth waking other cores for. */
  private static final int LONG = 1 << 18;

  /** What a core of the common pool takes at a time, and what it takes through the cache. */
  private static final int SPAN = 1 << 16;

  static final int BLOCK = 1 << 13;

  private Sweep() {}

  /** Something done to coordinates {@code [from, to)}. */
  interface Work {
    /** Does it. */
    void run(int from, int to);
  }

  /** Something summed over the coordinates {@code [from, to)} of one chunk. */
  interface ChunkSum {
    /** The sum. */
    double of(int from, int to);
  }

  /**
   * Does the work to every coordinate, in any order: with the threads that wait for it where there
   * are any, else with those of the common pool.
   */
  static void each(int size, Work work) {
    if (IdleThreads.share(0, size, BLOCK, work::run)) {
      return;
    }
    if (size < LONG) {
      blocks(0, size, work);
      return;
    }
    IntStream.range(0, (size + SPAN - 1) / SPAN)
        .parallel()
        .forEach(span -> blocks(span * SPAN, Math.min(size, span * SPAN + SPAN), work));
  }

  /** Does the work block by block, in order; all blocks but the last have a multiple of 8. */
  static void blocks(int from, int to, Work work) {
    for (int at = from; at < to; at += BLOCK) {
      work.run(at, Math.min(to, at + BLOCK));
    }
  }

  /** The sum over all chunks. */
  static double sum(int from, int to, ChunkSum chunk) {
    int size = to - from;
    if (size <= CHUNK) {
      return chunk.of(from, to);
    }
    double[] sums = new double[(size + CHUNK - 1) / CHUNK];
    if (!IdleThreads.share(
        from, to, CHUNK, (at, end) -> sums[(at - from) / CHUNK] = chunk.of(at, end))) {
      IntStream.range(0, sums.length)
          .parallel()
          .forEach(
              c ->
                  sums[c] =
                      chunk.of(from + c * CHUNK, (int) Math.min(to, from + (c + 1L) * CHUNK)));
    }
    double sum = sums[0];
    for (int c = 1; c < sums.length; c++) {
      sum += sums[c];
    }
    return sum;
  }
}

package dev.lockstep.spark.gang;

import dev.lockstep.math.SumTree;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.engine.GradientWork;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The gradient sums of one round as they come in by parts: every part is summed over the shards for
 * itself while others travel, and takes its place in the whole when it is complete. Safe for
 * threads.
 */
final class Gather {
  private final int shards;
  private final long round;
  private final Parameters params;
  private final boolean wide;
  private final Parts parts;
  private final Cover[] covers;
  private Optional<GradientSum> whole = Optional.empty();
  private int left;

  /**
   * Nothing has come in yet.
   *
   * @param shards S
   */
  Gather(int shards, Round round, GradientWork work) {
    this.shards = shards;
    this.round = round.number();
    this.params = round.params();
    this.wide = work.step().wide();
    this.parts = SumCodec.parts(work, params);
    this.left = parts.count();
    this.covers = new Cover[left];
    Arrays.setAll(
        covers, part -> new Cover(shards, new GradientWork(work.step(), parts.from(part))));
  }

  /** The number of the round. */
  long round() {
    return round;
  }

  /**
   * Takes in a part of the sum of a subtree.
   *
   * @return the sum of all shards, the one time when its last part has come
   */
  Optional<Subtotal> leave(int part, Subtotal sum) {
    if (!covers[part].leave(sum)) {
      return Optional.empty();
    }
    GradientSum found = (GradientSum) covers[part].total();
    GradientSum into = whole();
    if (wide) {
      System.arraycopy(found.totals(), 0, into.totals(), parts.from(part), parts.length(part));
    } else {
      float[] from = found.values();
      int first = parts.from(part);
      found
          .touched()
          .each((at, end) -> System.arraycopy(from, at, into.values(), first + at, end - at));
    }
    if (part == 0) { // every part has them, with the same bits
      System.arraycopy(found.lossSums(), 0, into.lossSums(), 0, params.members());
      System.arraycopy(found.weightSums(), 0, into.weightSums(), 0, params.members());
    }
    return placed(into);
  }

  private synchronized GradientSum whole() {
    if (whole.isEmpty()) {
      int values = params.values().length;
      whole =
          Optional.of(
              new GradientSum(
                  params.members(),
                  params.size(),
                  new float[wide ? 0 : values],
                  new double[wide ? values : 0],
                  new double[params.members()],
                  new double[params.members()]));
    }
    return whole.get();
  }

  private synchronized Optional<Subtotal> placed(GradientSum into) {
    left--;
    return left > 0
        ? Optional.empty()
        : Optional.of(new Subtotal(new SumTree.Range(0, shards), into));
  }

  /** Whether all parts of a shard's sum have come. */
  boolean hasAnswered(int shard) {
    return IntStream.range(0, covers.length).allMatch(part -> covers[part].hasAnswered(shard));
  }
}

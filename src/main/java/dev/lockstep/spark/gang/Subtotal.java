package dev.lockstep.spark.gang;

import dev.lockstep.math.SumTree;
import dev.lockstep.spark.engine.RoundWork;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The sum of a round over one complete subtree of shards. Whoever has it, it has the same bits.
 *
 * @param range the subtree
 * @param sum what the round's work gives
 */
record Subtotal(SumTree.Range range, Object sum) {
  boolean overlaps(Subtotal other) {
    return range.from() < other.range.to() && other.range.from() < range.to();
  }

  boolean holds(Subtotal other) {
    return range.from() <= other.range.from() && other.range.to() <= range.to();
  }

  /**
   * Adds up what the fixed tree lets be added: neighbours that fill a subtree become one.
   *
   * @param shards S
   * @param sums in the order of their shards, none overlapping
   */
  static List<Subtotal> combined(int shards, RoundWork<?> work, Collection<Subtotal> sums) {
    List<Subtotal> found = new ArrayList<>();
    List<Subtotal> run = new ArrayList<>();
    for (Subtotal each : sums) {
      if (!run.isEmpty() && run.get(run.size() - 1).range().to() != each.range().from()) {
        combine(shards, work, run, found);
        run.clear();
      }
      run.add(each);
    }
    combine(shards, work, run, found);
    return found;
  }

  private static void combine(
      int shards, RoundWork<?> work, List<Subtotal> run, List<Subtotal> into) {
    if (run.isEmpty()) {
      return;
    }
    int from = run.get(0).range().from();
    int to = run.get(run.size() - 1).range().to();
    for (SumTree.Range subtree : SumTree.subtrees(shards, from, to)) {
      List<Subtotal> parts =
          run.stream()
              .filter(each -> subtree.from() <= each.range().from())
              .filter(each -> each.range().to() <= subtree.to())
              .toList();
      into.add(new Subtotal(subtree, join(shards, subtree, work, parts)));
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> T join(
      int shards, SumTree.Range subtree, RoundWork<T> work, List<Subtotal> parts) {
    int first = subtree.from();
    List<SumTree.Range> ranges = new ArrayList<>();
    List<T> sums = new ArrayList<>();
    for (Subtotal part : parts) {
      ranges.add(new SumTree.Range(part.range().from() - first, part.range().to() - first));
      sums.add((T) part.sum());
    }
    return SumTree.join(
        subtree.size(),
        ranges,
        sums,
        (node, left, right) ->
            work.add(
                new SumTree.Range(first + node.from(), first + node.to()), shards, left, right));
  }
}

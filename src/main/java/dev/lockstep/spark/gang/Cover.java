package dev.lockstep.spark.gang;

import dev.lockstep.math.SumTree;
import dev.lockstep.spark.engine.RoundWork;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The sums of a round that have come in, until they cover all shards. Neighbours are added as soon
 * as both are there, along the fixed tree, so that few are held at a time. Safe for threads.
 */
final class Cover {
  private final int shards;
  private final RoundWork<?> work;
  private final TreeMap<Integer, Subtotal> sums = new TreeMap<>();
  private int covered;

  /** Whether a sum was lost while it was added, as where memory ran out: nothing counts then. */
  private boolean broken;

  Cover(int shards, RoundWork<?> work) {
    this.shards = shards;
    this.work = work;
  }

  /**
   * Takes in the sum of a subtree, unless what it covers is there already; it may be written. Where
   * that fails the round is never complete, whatever else comes.
   *
   * @return whether all shards are covered now and were not before
   */
  synchronized boolean leave(Subtotal sum) {
    if (broken) {
      return false;
    }
    int replaced = 0;
    for (Iterator<Subtotal> each = sums.values().iterator(); each.hasNext(); ) {
      Subtotal known = each.next();
      if (known.overlaps(sum)) {
        if (!sum.holds(known)) {
          return false;
        }
        replaced += known.range().size();
      }
    }
    if (replaced >= sum.range().size()) {
      return false;
    }
    broken = true;
    sums.values().removeIf(known -> known.overlaps(sum));
    covered += sum.range().size() - replaced;
    add(sum);
    broken = false;
    return covered == shards;
  }

  private void add(Subtotal sum) {
    Subtotal node = sum;
    while (true) {
      Map.Entry<Integer, Subtotal> left = sums.lowerEntry(node.range().from());
      Map.Entry<Integer, Subtotal> right = sums.higherEntry(node.range().from());
      if (left != null && isNode(left.getValue(), node)) {
        sums.remove(left.getKey());
        node = joined(left.getValue(), node);
      } else if (right != null && isNode(node, right.getValue())) {
        sums.remove(right.getKey());
        node = joined(node, right.getValue());
      } else {
        sums.put(node.range().from(), node);
        return;
      }
    }
  }

  private boolean isNode(Subtotal left, Subtotal right) {
    return left.range().to() == right.range().from()
        && SumTree.subtrees(shards, left.range().from(), right.range().to()).size() == 1;
  }

  private Subtotal joined(Subtotal left, Subtotal right) {
    return Subtotal.combined(shards, work, List.of(left, right)).get(0);
  }

  /** Whether a shard has answered. */
  synchronized boolean hasAnswered(int shard) {
    Map.Entry<Integer, Subtotal> before = sums.floorEntry(shard);
    return before != null && shard < before.getValue().range().to();
  }

  /** The sum of all shards, when they are covered. */
  synchronized Object total() {
    if (broken || covered != shards) {
      throw new IllegalStateException("the round is not complete");
    }
    return sums.firstEntry().getValue().sum();
  }
}

package dev.lockstep.math;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;

/**
 * The fixed binary tree along which partial sums of shards combine: a node over n leaves splits at
 * the largest power of two below n. The tree depends on n alone, so neither grouping nor arrival
 * order changes the bits of a sum.
 */
public final class SumTree {
  private SumTree() {}

  /** Combines the children of a node of which it knows which one it is. */
  public interface Adder<T> {
    /** The value of a node; it may reuse the left child's. */
    T add(Range node, T left, T right);
  }

  /** Leaves {@code [from, to)} of a tree. */
  public record Range(int from, int to) {
    /** How many leaves the range holds. */
    public int size() {
      return to - from;
    }
  }

  /** The number of leaves in the left child of a node over {@code leaves} leaves, at least 2. */
  public static int split(int leaves) {
    if (leaves < 2) {
      throw new IllegalArgumentException("a node needs at least 2 leaves, has " + leaves);
    }
    return Integer.highestOneBit(leaves - 1);
  }

  /**
   * The maximal complete subtrees of a tree over {@code leaves} leaves that cover exactly {@code
   * [from, to)}, in leaf order: what a task that holds those leaves may sum by itself.
   */
  public static List<Range> subtrees(int leaves, int from, int to) {
    List<Range> found = new ArrayList<>();
    collect(0, leaves, from, to, found);
    return found;
  }

  private static void collect(int nodeFrom, int nodeTo, int from, int to, List<Range> found) {
    if (nodeTo <= from || to <= nodeFrom) {
      return;
    }
    if (from <= nodeFrom && nodeTo <= to) {
      found.add(new Range(nodeFrom, nodeTo));
      return;
    }
    int middle = nodeFrom + split(nodeTo - nodeFrom);
    collect(nodeFrom, middle, from, to, found);
    collect(middle, nodeTo, from, to, found);
  }

  /**
   * Cuts {@code leaves} leaves into at most {@code groups} contiguous, non-empty ranges at tree
   * nodes near equal sizes.
   */
  public static List<Range> groups(int leaves, int groups) {
    List<Range> found = new ArrayList<>();
    cut(0, leaves, Math.min(leaves, groups), found);
    return found;
  }

  private static void cut(int from, int to, int groups, List<Range> found) {
    int leaves = to - from;
    if (groups <= 1 || leaves <= 1) {
      found.add(new Range(from, to));
      return;
    }
    int left = split(leaves);
    int leftGroups = (int) Math.round((double) groups * left / leaves);
    leftGroups = Math.max(1, Math.min(groups - 1, leftGroups));
    leftGroups = Math.max(leftGroups, groups - (leaves - left));
    cut(from, from + left, leftGroups, found);
    cut(from + left, to, groups - leftGroups, found);
  }

  /**
   * Combines one value per leaf along the tree.
   *
   * @param values one value per leaf, in leaf order, at least one
   * @param add combines a left and a right subtree; it may reuse the left one
   */
  public static <T> T combine(List<T> values, BinaryOperator<T> add) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a tree needs at least one leaf");
    }
    return combine(values, 0, values.size(), add);
  }

  private static <T> T combine(List<T> values, int from, int to, BinaryOperator<T> add) {
    if (to - from == 1) {
      return values.get(from);
    }
    int middle = from + split(to - from);
    return add.apply(combine(values, from, middle, add), combine(values, middle, to, add));
  }

  /**
   * Combines values of subtrees, as {@link #subtrees} cut them, into the value of the whole tree.
   *
   * @param leaves the leaves of the whole tree
   * @param ranges the subtrees, in leaf order, together covering every leaf once
   * @param values one value per subtree
   */
  public static <T> T join(int leaves, List<Range> ranges, List<T> values, BinaryOperator<T> add) {
    return join(leaves, ranges, values, (node, left, right) -> add.apply(left, right));
  }

  /** The same where combining depends on the node. */
  public static <T> T join(int leaves, List<Range> ranges, List<T> values, Adder<T> add) {
    if (ranges.size() != values.size()) {
      throw new IllegalArgumentException(ranges.size() + " ranges, " + values.size() + " values");
    }
    Cursor<T> cursor = new Cursor<>(ranges, values);
    T sum = join(0, leaves, cursor, add);
    if (cursor.next != ranges.size()) {
      throw new IllegalArgumentException("subtrees beyond the tree of " + leaves + ": " + ranges);
    }
    return sum;
  }

  private static <T> T join(int from, int to, Cursor<T> cursor, Adder<T> add) {
    if (cursor.at(from, to)) {
      return cursor.take();
    }
    if (to - from < 2) {
      throw new IllegalArgumentException("no subtree holds leaf " + from + ": " + cursor.ranges);
    }
    int middle = from + split(to - from);
    return add.add(
        new Range(from, to), join(from, middle, cursor, add), join(middle, to, cursor, add));
  }

  private static final class Cursor<T> {
    private final List<Range> ranges;
    private final List<T> values;
    private int next;

    Cursor(List<Range> ranges, List<T> values) {
      this.ranges = ranges;
      this.values = values;
    }

    boolean at(int from, int to) {
      return next < ranges.size() && ranges.get(next).from() == from && ranges.get(next).to() == to;
    }

    T take() {
      return values.get(next++);
    }
  }
}

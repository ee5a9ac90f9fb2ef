package dev.lockstep.tune.space;

import java.util.List;
import java.util.SortedMap;

/** The tree of a space: what is fixed, what is drawn, and what hangs on a drawn object. */
sealed interface Node {
  /** A value that does not vary. */
  record Fixed(Object value) implements Node {}

  /** An object, by key. */
  record Branch(SortedMap<String, Node> children) implements Node {}

  /**
   * A dimension.
   *
   * @param dimension its number
   * @param options of a list, what each value is; empty for a range
   */
  record Draw(int dimension, List<Node> options) implements Node {}
}

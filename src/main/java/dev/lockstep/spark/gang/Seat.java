package dev.lockstep.spark.gang;

import java.util.List;
import java.util.function.Function;

/** A task's place in a gang. Closing it leaves the gang. */
interface Seat extends AutoCloseable {
  /**
   * Does the work of every round, from the open one on, until the gang ends.
   *
   * @param work the sums of a round over the task's subtrees
   */
  void serve(Function<Round, List<Subtotal>> work) throws InterruptedException;

  @Override
  void close();
}

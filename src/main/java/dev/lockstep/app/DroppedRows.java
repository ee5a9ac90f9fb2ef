package dev.lockstep.app;

import java.io.PrintStream;

/** What is told of malformed rows that were left out. */
final class DroppedRows {
  private DroppedRows() {}

  /** Tells how many there are, if there are any. */
  static void tell(long count, PrintStream out) {
    if (count > 0) {
      out.println("dropped " + count + " malformed rows (data.bad_rows = drop)");
    }
  }
}

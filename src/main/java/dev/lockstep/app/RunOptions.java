package dev.lockstep.app;

import java.io.PrintStream;
import java.util.Optional;

/**
 * What the command line says beside the run file.
 *
 * @param master where Spark runs, if Spark was not told already
 * @param verbose whether everything is logged
 * @param stop asks a training to stop
 * @param out where results and progress go
 */
public record RunOptions(
    Optional<String> master, boolean verbose, StopSignal stop, PrintStream out) {
  /** The same with another place for results and progress. */
  RunOptions withOut(PrintStream other) {
    return new RunOptions(master, verbose, stop, other);
  }
}

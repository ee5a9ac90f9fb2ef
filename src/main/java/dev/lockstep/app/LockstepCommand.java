package dev.lockstep.app;

import java.io.PrintStream;

/** A command of the command line, its options filled in. */
interface LockstepCommand {
  /** What it is about, for the first line of output: the run file or model. */
  String subject();

  /** The options that every command has. */
  CommonOptions options();

  /**
   * Does it.
   *
   * @param stop asks it to stop
   * @param out where results and progress go
   * @throws Exception that {@link Failure} explains
   */
  Outcome run(StopSignal stop, PrintStream out) throws Exception;
}

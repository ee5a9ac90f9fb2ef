package dev.lockstep.app;

import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import sun.misc.Signal;

/**
 * SIGTERM as a request. While a training runs under {@link #during}, the first one asks it to stop
 * after its step. At any other time there is nothing to save: the process ends by its shutdown
 * hooks, which stop Spark and clean its local directories. The second one ends it at once. Safe for
 * threads.
 */
public final class StopSignal implements BooleanSupplier {
  private boolean asked;
  private boolean listening;
  private boolean leaving;

  /** What a SIGTERM leads to. */
  enum Answer {
    /** The training stops after its step. */
    STOP,
    /** The process ends by its shutdown hooks. */
    LEAVE,
    /** The process ends without them. */
    HALT
  }

  /** A signal that the process does not hear yet. */
  public StopSignal() {}

  /**
   * Makes the process's SIGTERM come here.
   *
   * @param last what is done before the process ends by its shutdown hooks
   */
  void install(Runnable last) {
    try {
      Signal.handle(new Signal("TERM"), signal -> arrive(last));
    } catch (IllegalArgumentException e) {
      // A JVM started with -Xrs keeps its signals; SIGTERM then ends it at once, as it would
      // anyway.
      return;
    }
  }

  /**
   * Runs something that asks this signal whether to stop.
   *
   * @throws Exception of the action
   */
  public <T> T during(Callable<T> action) throws Exception {
    listen(true);
    try {
      return action.call();
    } finally {
      listen(false);
    }
  }

  private synchronized void listen(boolean now) {
    listening = now;
  }

  private void arrive(Runnable last) {
    switch (answer()) {
      case STOP ->
          System.err.println("lockstep: stopping after this step; a second SIGTERM stops at once");
      case LEAVE -> {
        System.err.println("lockstep: stopped by SIGTERM");
        try {
          last.run();
        } finally {
          System.exit(ExitCode.STOPPED.code());
        }
      }
      case HALT -> Runtime.getRuntime().halt(ExitCode.STOPPED.code());
    }
  }

  /** Counts a SIGTERM and tells what it leads to. */
  synchronized Answer answer() {
    if (asked) {
      return Answer.HALT;
    }
    asked = true;
    leaving = !listening;
    return leaving ? Answer.LEAVE : Answer.STOP;
  }

  /** Whether the process is about to end, so that failures from now on mean nothing. */
  synchronized boolean leaving() {
    return leaving;
  }

  /** Whether a stop was asked for. */
  @Override
  public synchronized boolean getAsBoolean() {
    return asked;
  }
}

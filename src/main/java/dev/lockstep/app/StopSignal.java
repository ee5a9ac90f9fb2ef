package dev.lockstep.app;

import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import sun.misc.Signal;

/**
 * SIGTERM as a request. While a training runs under {@link #during}, the first one asks it to stop
 * after its step; at any other time, or the second time, the process ends at once. Safe for
 * threads.
 */
public final class StopSignal implements BooleanSupplier {
  private boolean asked;
  private boolean listening;

  /** A signal that the process does not hear yet. */
  public StopSignal() {}

  /** Makes the process's SIGTERM come here. */
  public void install() {
    try {
      Signal.handle(new Signal("TERM"), signal -> arrive());
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

  /** A SIGTERM has come. */
  void arrive() {
    if (ask()) {
      System.err.println("lockstep: stopping after this step; a second SIGTERM stops at once");
    } else {
      Runtime.getRuntime().halt(ExitCode.STOPPED.code());
    }
  }

  /** Whether this is the first time, and somebody listens. */
  synchronized boolean ask() {
    boolean first = !asked && listening;
    asked = true;
    return first;
  }

  /** Whether a stop was asked for. */
  @Override
  public synchronized boolean getAsBoolean() {
    return asked;
  }
}

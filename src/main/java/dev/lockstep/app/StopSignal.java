package dev.lockstep.app;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import sun.misc.Signal;

/**
 * SIGTERM and SIGINT (Ctrl-C) as a request. While a training runs under {@link #during}, the first
 * one asks it to stop after its step. At any other time there is nothing to save: the process ends
 * by its shutdown hooks, which stop Spark and clean its local directories. The second one ends it
 * at once. Safe for threads.
 */
public final class StopSignal implements BooleanSupplier {
  private boolean asked;
  private boolean listening;
  private boolean leaving;
  private Runnable last = () -> {};
  private boolean installed;

  /** What a signal leads to. */
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
   * Makes the process's SIGTERM and SIGINT come here.
   *
   * @param last what is done before the process ends by its shutdown hooks
   */
  void install(Runnable last) {
    this.last = last;
    installed = true;
    register();
  }

  private void register() {
    for (String name : List.of("TERM", "INT")) {
      try {
        Signal.handle(new Signal(name), signal -> arrive("SIG" + name));
      } catch (IllegalArgumentException e) {
        // A JVM started with -Xrs keeps its signals; they then end it at once, as they would
        // anyway.
        return;
      }
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

  /** The same for something that throws nothing checked. */
  boolean heard(BooleanSupplier action) {
    listen(true);
    try {
      return action.getAsBoolean();
    } finally {
      listen(false);
    }
  }

  private void listen(boolean now) {
    if (now && installed) {
      register(); // the terminal library of the progress bar takes Ctrl-C for itself
    }
    synchronized (this) {
      listening = now;
    }
  }

  private void arrive(String signal) {
    switch (answer()) {
      case STOP ->
          System.err.printf(
              "%nlockstep: stopping after this step; a second %s stops at once%n", signal);
      case LEAVE -> {
        System.err.printf("%nlockstep: stopped by %s: run the same command again%n", signal);
        try {
          last.run();
        } finally {
          System.exit(ExitCode.STOPPED.code());
        }
      }
      case HALT -> Runtime.getRuntime().halt(ExitCode.STOPPED.code());
    }
  }

  /** Counts a signal and tells what it leads to. */
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

package dev.lockstep.tune;

import java.util.List;

/** The events of a study, where they outlive the process. */
public interface Journal {
  /** All events, in order; empty for a new study. */
  List<Event> read();

  /** Adds an event; it is durable when this returns. */
  void append(Event event);

  /**
   * Whether what {@link #append} has thrown may pass, with all that was there before intact: an
   * event that can wait is then tried again later.
   */
  default boolean mayPass(RuntimeException failure) {
    return false;
  }
}

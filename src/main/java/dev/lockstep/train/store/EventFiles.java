package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A log of JSON objects, each a file of its own that is committed once: {@code 000001.json} and so
 * on, with a checksum as their last field. For one writer, who owns the run.
 */
public final class EventFiles {
  private static final int MAX_BYTES = 64 << 20;
  private static final String ENDING = ".json";
  private static final String ADVICE = "restore it, or give another output or --run-id";

  private final CommitStore store;
  private final String directory;

  /**
   * The log of a directory, which may not exist yet.
   *
   * @param directory relative to the store
   */
  public EventFiles(CommitStore store, String directory) {
    this.store = store;
    this.directory = directory;
  }

  /**
   * All events, in order.
   *
   * @throws IntegrityException if one is damaged or missing
   */
  public List<ObjectNode> read() {
    return IntegrityException.advising(ADVICE, this::events);
  }

  /**
   * The first event, without a look at the others; empty if there is none.
   *
   * @throws IntegrityException if it is damaged
   */
  public Optional<ObjectNode> first() {
    return IntegrityException.advising(ADVICE, () -> event(path(1)));
  }

  private List<ObjectNode> events() {
    List<ObjectNode> events = new ArrayList<>();
    for (String name : store.list(directory)) {
      if (!name.matches("\\d{6,}\\" + ENDING)) {
        continue;
      }
      String expected = path(events.size() + 1);
      String path = directory + "/" + name;
      if (!path.equals(expected)) {
        throw new IntegrityException(
            store.where(expected) + ": is missing, though there is " + name);
      }
      events.add(
          event(path)
              .orElseThrow(() -> new IntegrityException(store.where(path) + ": has vanished")));
    }
    return events;
  }

  private Optional<ObjectNode> event(String path) {
    return store.read(path, MAX_BYTES).map(bytes -> Manifest.unframed(bytes, store.where(path)));
  }

  /**
   * Adds an event; it is durable when this returns.
   *
   * @param number how many events there are with it
   */
  public void append(int number, ObjectNode event) {
    String path = path(number);
    if (!store.createIfAbsent(path, Manifest.framed(event))) {
      throw new IntegrityException(store.where(path) + ": is there already; run again");
    }
  }

  private String path(int number) {
    return "%s/%06d%s".formatted(directory, number, ENDING);
  }
}

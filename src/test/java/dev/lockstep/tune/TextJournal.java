package dev.lockstep.tune;

import java.util.ArrayList;
import java.util.List;

/** A journal in memory that keeps what a file would: texts. */
final class TextJournal implements Journal {
  final List<String> texts = new ArrayList<>();

  /** An empty one. */
  TextJournal() {}

  /** What is left of another after a kill. */
  TextJournal(List<String> texts) {
    this.texts.addAll(texts);
  }

  @Override
  public List<Event> read() {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      events.add(EventJson.parse(texts.get(i), "journal event " + i));
    }
    return events;
  }

  @Override
  public void append(Event event) {
    texts.add(EventJson.text(event));
  }
}

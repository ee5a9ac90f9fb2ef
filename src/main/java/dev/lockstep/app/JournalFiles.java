package dev.lockstep.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.train.store.CommitStore;
import dev.lockstep.train.store.EventFiles;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.RunDirectory;
import dev.lockstep.train.store.StorageException;
import dev.lockstep.tune.Event;
import dev.lockstep.tune.EventJson;
import dev.lockstep.tune.Journal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A study's journal under its output: one committed file an event. For one thread. */
final class JournalFiles implements Journal {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EventFiles files;
  private final String location;
  private int events;
  private boolean uncertain;
  private Optional<List<Event>> known = Optional.empty();

  /** The journal of a run's directory. */
  JournalFiles(CommitStore store) {
    this.files = new EventFiles(store, RunDirectory.STUDY_JOURNAL);
    this.location = store.where(RunDirectory.STUDY_JOURNAL);
  }

  @Override
  public List<Event> read() {
    if (known.isPresent()) {
      return known.get();
    }
    List<Event> read = new ArrayList<>();
    for (ObjectNode node : files.read()) {
      read.add(event(node, read.size() + 1));
    }
    events = read.size();
    known = Optional.of(List.copyOf(read)); // who owns the run may read it again before it goes on
    return known.get();
  }

  /** The first event alone; empty for a new study. */
  Optional<Event> first() {
    return files.first().map(node -> event(node, 1));
  }

  private Event event(ObjectNode node, int number) {
    try {
      return EventJson.parse(node.toString(), "%s/%06d.json".formatted(location, number));
    } catch (IllegalArgumentException e) {
      throw new IntegrityException(e.getMessage(), e);
    }
  }

  @Override
  public void append(Event event) {
    known = Optional.empty();
    if (uncertain) {
      events = files.read().size(); // a write that failed may have come there nonetheless
    }
    uncertain = true;
    try {
      files.append(events + 1, (ObjectNode) JSON.readTree(EventJson.text(event)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event is no JSON: " + event, e);
    }
    uncertain = false;
    events++;
  }

  @Override
  public boolean mayPass(RuntimeException failure) {
    return failure instanceof StorageException;
  }
}

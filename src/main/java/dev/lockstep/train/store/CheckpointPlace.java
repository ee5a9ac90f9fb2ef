package dev.lockstep.train.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a checkpoint lies.
 *
 * @param step how many steps were taken
 * @param attempt which attempt wrote it
 * @param path its directory, relative to the store
 */
record CheckpointPlace(long step, String attempt, String path) {
  private static final Pattern NAME = Pattern.compile("step-(\\d{9,18})-([A-Za-z0-9]+)");

  static CheckpointPlace of(String directory, long step, String attempt) {
    return new CheckpointPlace(
        step, attempt, "%s/step-%09d-%s".formatted(directory, step, attempt));
  }

  static boolean isAttempt(String attempt) {
    return NAME.matcher("step-000000000-" + attempt).matches();
  }

  /** Those of a directory, newest first. */
  static List<CheckpointPlace> in(CommitStore store, String directory) {
    List<CheckpointPlace> places = new ArrayList<>();
    for (String name : store.list(directory)) {
      Matcher matcher = NAME.matcher(name);
      if (matcher.matches()) {
        long step = Long.parseLong(matcher.group(1));
        places.add(new CheckpointPlace(step, matcher.group(2), directory + "/" + name));
      }
    }
    places.sort(
        Comparator.comparingLong(CheckpointPlace::step)
            .thenComparing(CheckpointPlace::attempt)
            .reversed());
    return places;
  }

  String manifest() {
    return path + "/" + Manifest.NAME;
  }

  String state() {
    return path + "/" + Checkpoints.STATE;
  }

  /** Whether it was committed, though it may be damaged now. */
  boolean isCommitted(CommitStore store) {
    return store.size(manifest()).isPresent();
  }

  /** The manifest first: what is left where this is cut off was never committed. */
  void delete(CommitStore store) {
    store.delete(manifest());
    store.delete(path);
  }
}

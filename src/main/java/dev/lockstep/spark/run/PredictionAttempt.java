package dev.lockstep.spark.run;

import dev.lockstep.train.store.CommitStore;
import dev.lockstep.train.store.CommitStores;
import dev.lockstep.train.store.Ownership;
import dev.lockstep.train.store.RunOwnedException;
import dev.lockstep.train.store.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Predictions that are being written. They gather in a directory under that of earlier ones, which
 * readers skip for its name, and take their place once all are there; until then the earlier ones
 * stay as they are. Where the store can create a file if absent, of several attempts one writes.
 */
final class PredictionAttempt implements AutoCloseable {
  /** What attempts keep for themselves, under the directory. */
  static final String WORK = "_lockstep_work";

  /** Shows that what lies beside it are predictions, which others may replace. */
  static final String MARK = "_lockstep_predictions";

  private static final String MARK_TEXT =
      "Predictions of lockstep; the next predictions written here replace this directory.\n";
  private static final String COMPLETE = "_SUCCESS"; // as Spark marks what it has written

  private final String given;
  private final FileSystem files;
  private final Path directory;
  private final Optional<String> resultFile;
  private final Optional<CommitStore> store;
  private final Optional<Ownership> ownership;
  private final Path gathered;

  private PredictionAttempt(
      String given,
      FileSystem files,
      Path directory,
      Optional<String> resultFile,
      Optional<CommitStore> store,
      Optional<Ownership> ownership) {
    this.given = given;
    this.files = files;
    this.directory = directory;
    this.resultFile = resultFile;
    this.store = store;
    this.ownership = ownership;
    String name =
        ownership
            .map(owner -> "%06d".formatted(owner.epoch()))
            .orElseGet(() -> UUID.randomUUID().toString());
    gathered = new Path(new Path(directory, WORK), name);
  }

  /**
   * Takes the directory.
   *
   * @param given the directory, as it was given
   * @param resultFile the name of a file in it that stays
   * @throws RunOwnedException if another attempt writes there
   */
  static PredictionAttempt begin(
      String given,
      FileSystem files,
      Path directory,
      Optional<String> resultFile,
      Configuration hadoop) {
    Path work = new Path(directory, WORK);
    if (!CommitStores.knows(directory.toUri().getScheme())) {
      return new PredictionAttempt(
          given, files, directory, resultFile, Optional.empty(), Optional.empty());
    }
    CommitStore store = CommitStores.open(work.toString(), hadoop);
    Ownership ownership;
    try {
      ownership = Ownership.claim(store);
    } catch (RunOwnedException e) {
      throw new RunOwnedException(
          "--output %s: another predict is writing there; wait for it, or name another directory"
              .formatted(given));
    }
    PredictionAttempt attempt =
        new PredictionAttempt(
            given, files, directory, resultFile, Optional.of(store), Optional.of(ownership));
    try {
      store.list("").stream()
          .filter(name -> !name.equals(Ownership.DIRECTORY))
          .forEach(ownership.fencedStore()::delete); // of attempts that died
    } catch (RuntimeException e) {
      attempt.close();
      throw e;
    }
    return attempt;
  }

  /**
   * Refuses a directory that executors do not see, as far as that can be found out.
   *
   * @throws dev.lockstep.config.ConfigException if one does not
   */
  void requireShared(JavaSparkContext spark) {
    store.ifPresent(work -> SharedOutput.require(spark, "--output " + given, work));
  }

  /** Where the predictions are to be written, a directory that does not exist. */
  String location() {
    return gathered.toString();
  }

  /**
   * Puts the predictions in the place of earlier ones; what tells that they are complete comes
   * last. The directory itself stays, as links and access lists may belong to it.
   *
   * @throws RunOwnedException if another attempt has taken the directory over
   */
  void replaceEarlier() {
    ownership.ifPresent(Ownership::check);
    try {
      mark();
      delete(new Path(directory, COMPLETE));
      for (FileStatus earlier : files.listStatus(directory)) {
        String name = earlier.getPath().getName();
        if (!List.of(WORK, MARK).contains(name) && !resultFile.equals(Optional.of(name))) {
          delete(earlier.getPath());
        }
      }
      for (FileStatus each : files.listStatus(gathered)) {
        if (!each.getPath().getName().equals(COMPLETE)) {
          move(each.getPath());
        }
      }
      Path complete = new Path(gathered, COMPLETE);
      if (files.exists(complete)) {
        move(complete);
      }
    } catch (IOException e) {
      throw StorageException.of("write", given, e);
    }
  }

  private void mark() throws IOException {
    Path mark = new Path(directory, MARK);
    if (!files.exists(mark)) {
      try (FSDataOutputStream out = files.create(mark, true)) {
        out.write(MARK_TEXT.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private void delete(Path path) throws IOException {
    if (!files.delete(path, true) && files.exists(path)) {
      throw new IOException("could not delete " + path.getName());
    }
  }

  private void move(Path path) throws IOException {
    if (!files.rename(path, new Path(directory, path.getName()))) {
      throw new IOException("could not move " + path.getName() + " there");
    }
  }

  /** Deletes what has not become predictions and lets the next attempt begin. */
  @Override
  public void close() {
    try {
      files.delete(gathered, true);
    } catch (IOException e) {
      // Readers skip it; the next attempt deletes it where it owns the directory, else it stays.
    } finally {
      ownership.ifPresent(Ownership::close);
    }
  }
}

package dev.lockstep.app;

import dev.lockstep.data.FoldPlan;
import dev.lockstep.data.HeldOut;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.encode.GivenEncoding;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.run.DealtData;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.ShardedData;
import dev.lockstep.spark.source.ColumnType;
import dev.lockstep.spark.source.Source;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The rows that trials of a study share: dealt once for each data section and number of shards,
 * encoded once, or once a fold. For one thread.
 */
final class PreparedData implements AutoCloseable {
  private final LockstepSession session;
  private final Stopwatch watch;
  private final List<Source.InputFile> expected;
  private final FoldPlan folds;
  private final StartingModels starts;
  private final OptionalInt headRows;
  private final Map<Dealing, DealtData> dealt = new HashMap<>();
  private final Map<Reading, Optional<GivenEncoding>> given = new HashMap<>();
  private final Map<Key, ShardedData> sharded = new HashMap<>();

  /** What decides which row goes where. */
  private record Dealing(
      DataConfig data, Task task, long seed, int shards, Map<String, ColumnType> types) {}

  /** Whose encoding rows may be read through. */
  private record Reading(Optional<InitialModel> init, Optional<DistillSettings> teacher) {}

  /**
   * What decides encoded rows.
   *
   * @param heldOut the fold that the encoding does not see; {@link HeldOut#NOTHING} for none
   * @param teacher whose encoding is taken as it is, folds or not
   * @param init whose encoding is taken where its tensors depend on it
   */
  record Key(
      DataConfig data,
      Task task,
      long seed,
      int shards,
      int heldOut,
      Optional<DistillSettings> teacher,
      Optional<InitialModel> init) {
    /** The rows of a run. */
    static Key of(RunFile run, int heldOut) {
      return new Key(
          run.data(),
          run.model().loss().task(),
          run.seed(),
          run.shards(),
          heldOut,
          run.distill().map(DistillSettings::teacherAlone),
          run.init());
    }

    private Dealing dealing(Map<String, ColumnType> types) {
      return new Dealing(data, task, seed, shards, types);
    }

    private Reading reading() {
      return new Reading(init, teacher);
    }
  }

  /**
   * Nothing is read yet.
   *
   * @param watch counts the work as preparation
   * @param expected the input as an earlier attempt saw it; empty at first
   * @param folds of the training rows
   * @param starts where the models are that trials start from
   */
  PreparedData(
      LockstepSession session,
      Stopwatch watch,
      List<Source.InputFile> expected,
      FoldPlan folds,
      StartingModels starts) {
    this(session, watch, expected, folds, starts, OptionalInt.empty());
  }

  private PreparedData(
      LockstepSession session,
      Stopwatch watch,
      List<Source.InputFile> expected,
      FoldPlan folds,
      StartingModels starts,
      OptionalInt headRows) {
    this.session = session;
    this.watch = watch;
    this.expected = expected;
    this.folds = folds;
    this.starts = starts;
    this.headRows = headRows;
  }

  /** The same of the first rows of each source. */
  static PreparedData head(
      LockstepSession session, FoldPlan folds, int rows, StartingModels starts) {
    return new PreparedData(
        session, new Stopwatch(), List.of(), folds, starts, OptionalInt.of(rows));
  }

  /** The dealt rows of a run. */
  DealtData dealt(RunFile run) {
    return watch.timed("prepare", () -> dealt(Key.of(run, HeldOut.NOTHING)));
  }

  private DealtData dealt(Key key) {
    return dealt.computeIfAbsent(key.dealing(GivenEncoding.types(given(key))), this::read);
  }

  private Optional<GivenEncoding> given(Key key) {
    return given.computeIfAbsent(
        key.reading(), from -> starts.encoding(from.init(), from.teacher(), session));
  }

  private DealtData read(Dealing dealing) {
    return headRows.isPresent()
        ? DealtData.head(
            session,
            dealing.data(),
            dealing.task(),
            dealing.seed(),
            dealing.shards(),
            headRows.getAsInt(),
            folds,
            dealing.types())
        : DealtData.read(
            session,
            dealing.data(),
            dealing.task(),
            dealing.seed(),
            dealing.shards(),
            expected,
            folds,
            dealing.types());
  }

  /** Encoded rows; stay until {@link #keepOnly} or the end. */
  ShardedData sharded(Key key) {
    ShardedData known = sharded.get(key);
    if (known == null) {
      known = watch.timed("prepare", () -> encoded(key));
      sharded.put(key, known);
    }
    return known;
  }

  private ShardedData encoded(Key key) {
    return key.heldOut() == HeldOut.NOTHING || key.teacher().isPresent()
        ? dealt(key).encode(key.task(), given(key))
        : dealt(key).encodeWithout(key.task(), key.heldOut(), given(key));
  }

  /** Gives back what is not among these. */
  void keepOnly(Set<Key> wanted) {
    for (Iterator<Map.Entry<Key, ShardedData>> all = sharded.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<Key, ShardedData> each = all.next();
      if (!wanted.contains(each.getKey())) {
        each.getValue().close();
        all.remove();
      }
    }
  }

  @Override
  public void close() {
    keepOnly(Set.of());
  }
}

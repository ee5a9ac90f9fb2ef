package dev.lockstep.app;

import dev.lockstep.spark.run.DealtData;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.spark.run.SharedOutput;
import dev.lockstep.spark.source.Source;
import dev.lockstep.train.store.OwnedRun;
import dev.lockstep.train.store.RunDirectory;
import dev.lockstep.tune.Event;
import dev.lockstep.tune.strategy.Trial;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a study stands on: Spark, the dealt rows and the run's record. All of it is there once
 * somebody needs it, so that a study that has ended already starts nothing. For one thread.
 */
final class StudyGround implements AutoCloseable {
  private final StudyFile file;
  private final RunOptions options;
  private final OwnedRun owned;
  private final RunDirectory directory;
  private final Stopwatch watch;
  private final CohortPlaces places;
  private final StartingModels starts;
  private Optional<LockstepSession> session = Optional.empty();
  private Optional<PreparedData> data = Optional.empty();
  private List<Event> before = List.of();
  private boolean begun;
  private boolean model;

  StudyGround(
      StudyFile file, RunOptions options, OwnedRun owned, RunDirectory directory, Stopwatch watch) {
    this.file = file;
    this.options = options;
    this.owned = owned;
    this.directory = directory;
    this.watch = watch;
    this.starts = StartingModels.of(owned, file);
    this.places = new CohortPlaces(owned, text -> options.out().println("warning: " + text));
  }

  /** Says that executors are to write a model, so that they must see the output. */
  void expectModel() {
    model = true;
  }

  /** Takes what an earlier attempt has journalled. */
  void recall(List<Event> events) {
    before = events;
  }

  /** What the command line says. */
  RunOptions options() {
    return options;
  }

  /** Where cohorts keep their checkpoints; after {@link #begin}. */
  CohortPlaces places() {
    return places;
  }

  /** Where the models are that trials start from. */
  StartingModels starts() {
    if (file.variesInit() && !before.isEmpty()) {
      starts.recall(started(before));
    }
    before = List.of();
    return starts;
  }

  /**
   * The runs whose models an earlier attempt has copied if the study has begun: those of all waves
   * but the newest, since a wave's models are copied before any of it trains, and those of the
   * first, after which the study begins.
   */
  private List<RunFile> started(List<Event> events) {
    List<Event.WaveProposed> waves =
        events.stream()
            .filter(Event.WaveProposed.class::isInstance)
            .map(Event.WaveProposed.class::cast)
            .toList();
    List<Trial> trials =
        waves.stream()
            .limit(Math.max(1, waves.size() - 1))
            .flatMap(wave -> wave.trials().stream())
            .toList();
    return Seating.of(file, trials, new TreeMap<>()).values().stream()
        .map(seats -> seats.get(0).run())
        .toList();
  }

  /** The rows; starts Spark and deals them, unless that was done. */
  PreparedData data() {
    if (data.isEmpty()) {
      data = Optional.of(deal(file.ofRows()));
    }
    return data.get();
  }

  private PreparedData deal(RunFile run) {
    session = Optional.of(LockstepSession.start(run.name(), options.master()));
    NetworkDevice.announce(run.model(), session.get(), options.out());
    List<Source.InputFile> expected =
        directory.recorded().map(Descriptions::expected).orElse(List.of());
    PreparedData prepared =
        new PreparedData(
            session.get(), watch, expected, file.plan().settings().foldPlan(), starts());
    DealtData dealt = prepared.dealt(run);
    DroppedRows.tell(dealt.badRows(), options.out());
    if (model) {
      SharedOutput.require(
          session.get().context(), "output " + directory.location(), owned.store());
    }
    options.out().println(file.engine().describe());
    return prepared;
  }

  /** Records the run, unless that was done; once its rows are known to be of use. */
  void begin() {
    if (!begun) {
      RunFile run = file.run();
      DealtData dealt = data().dealt(file.ofRows());
      owned
          .begin(Descriptions.of(run, run.shards(), dealt.files()), run.checkpoint().keep())
          .forEach(options.out()::println);
      begun = true;
    }
  }

  @Override
  public void close() {
    data.ifPresent(PreparedData::close);
    session.ifPresent(LockstepSession::close);
  }
}

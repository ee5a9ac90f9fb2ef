package dev.lockstep.spark.gang;

import dev.lockstep.model.GradientSum;
import dev.lockstep.train.Step;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.StageInfo;
import org.apache.spark.util.AccumulatorContext;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Shows on the pages of a gang's stages how far the training is, while their tasks run, which is as
 * long as it lasts: {@code step} (how many are done), {@code loss} (the mean of the last batch,
 * over all members) and {@code rows per second}. Spark brings a stage's accumulators up to date
 * when a task of it ends, which is too late here, and the driver knows these numbers anyway: so it
 * puts them among the accumulators of the stage, each second, in the thread that feeds Spark's
 * pages. A step costs one note of where it is.
 */
final class GangProgress extends SparkListener implements AutoCloseable {
  private static final long EVERY_MILLIS = 1000;
  private static final double NANOS = 1e9;
  private static final String DRIVER = "driver";

  /** Where the training is; one object, so that a reader sees numbers that belong together. */
  private record Place(long steps, double loss, long rows) {}

  /** Asks for the numbers to be written; kept out of the event log. */
  private static final class Tick implements SparkListenerEvent {
    @Override
    public boolean logEvent() {
      return false;
    }
  }

  private final SparkContext spark;
  private final GangStages stages;
  private final long stepId = AccumulatorContext.newId();
  private final long lossId = AccumulatorContext.newId();
  private final long rateId = AccumulatorContext.newId();
  private final Map<Integer, StageInfo> shown = new HashMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "lockstep-gang-progress");
            thread.setDaemon(true);
            return thread;
          });
  private final Tick tick = new Tick();
  private volatile Place latest = new Place(0, Double.NaN, 0);
  private long rowsBefore;
  private long nanosBefore = System.nanoTime();
  private double rate;

  private GangProgress(SparkContext spark, String prefix) {
    this.spark = spark;
    this.stages = new GangStages(prefix);
  }

  /** Shows it for jobs whose group starts with {@code prefix}, until closed. */
  static GangProgress on(SparkContext spark, String prefix) {
    GangProgress progress = new GangProgress(spark, prefix);
    // The queue of Spark's own listener that feeds the pages: one thread calls both.
    spark.listenerBus().addToStatusQueue(progress);
    progress.clock.scheduleAtFixedRate(
        progress::tick, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    return progress;
  }

  /** Notes a step that is done. One thread calls this. */
  void done(Step step, GradientSum sum) {
    double loss = Arrays.stream(sum.lossSums()).sum() / Arrays.stream(sum.weightSums()).sum();
    latest = new Place(step.number() + 1, loss, latest.rows() + step.ranks().size());
  }

  /** How many steps were done. */
  long steps() {
    return latest.steps();
  }

  /** Our tick first, then an event at which Spark's listener writes its stages out. */
  private void tick() {
    spark.listenerBus().post(tick);
    spark
        .listenerBus()
        .post(
            new SparkListenerExecutorMetricsUpdate(
                DRIVER,
                CollectionConverters
                    .<scala.Tuple4<
                            Object,
                            Object,
                            Object,
                            scala.collection.immutable.Seq<AccumulableInfo>>>
                        asScala(java.util.List.of())
                    .toSeq(),
                CollectionConverters.asScala(Map.of())));
  }

  @Override
  public void onOtherEvent(SparkListenerEvent event) {
    if (event == tick) {
      Place place = latest;
      long now = System.nanoTime();
      rate = (place.rows() - rowsBefore) / ((now - nanosBefore) / NANOS);
      rowsBefore = place.rows();
      nanosBefore = now;
      shown.values().forEach(stage -> write(stage, place));
    }
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    stages.add(start);
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    if (stages.serves(submitted.stageInfo().stageId())) {
      shown.put(submitted.stageInfo().stageId(), submitted.stageInfo());
      write(submitted.stageInfo(), latest);
    }
  }

  @Override
  public void onStageCompleted(SparkListenerStageCompleted completed) {
    shown.remove(completed.stageInfo().stageId());
  }

  private void write(StageInfo stage, Place place) {
    put(stage, stepId, "step", Long.toString(place.steps()));
    if (!Double.isNaN(place.loss())) {
      put(stage, lossId, "loss", String.format(Locale.ROOT, "%.6g", place.loss()));
    }
    put(stage, rateId, "rows per second", String.format(Locale.ROOT, "%.0f", rate));
  }

  private static void put(StageInfo stage, long id, String name, Object value) {
    AccumulableInfo info =
        new AccumulableInfo(
            id,
            Option.apply(name),
            Option.empty(),
            Option.apply(value),
            false,
            false,
            Option.empty());
    stage.accumulables().put(id, info);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    spark.removeSparkListener(this);
  }
}

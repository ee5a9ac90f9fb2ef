package dev.lockstep.train;

import dev.lockstep.data.DataException;
import dev.lockstep.data.HeldOut;
import dev.lockstep.model.GradientSum;
import dev.lockstep.optim.Updates;
import dev.lockstep.train.Learner.Learned;
import dev.lockstep.train.store.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One member in training: its learner, its watch, and the sums of its epoch. */
final class Member {
  private final int number;
  private final Learner learner;
  private final MemberSettings settings;
  private final Optional<EarlyStopping> stopping;
  private Ending ending = Ending.NONE;
  private int epochs;
  private long steps;
  private double lossSum;
  private double weightSum;
  private Learned last = new Learned(Double.NaN, Double.NaN, Double.NaN);

  /** Of the last step, if it ended an epoch. */
  private Map<String, Double> layers = Map.of();

  /** Its point and parameters as the workers need them, where they are not its own. */
  private final float[] workersPoint;

  private final float[] workersParams;

  /** What the workers hold in place of its point, where changes to it are rounded on their way. */
  private final Optional<float[]> held;

  Member(
      int number,
      Learner learner,
      MemberSettings settings,
      Optional<EarlyStoppingSettings> stopping,
      ExchangeFormat exchange) {
    this.number = number;
    this.learner = learner;
    this.settings = settings;
    int size = settings.rescaling().isPresent() ? learner.params().length : 0;
    this.workersPoint = new float[size];
    this.workersParams = new float[size];
    this.stopping = stopping.map(EarlyStopping::new);
    this.held =
        exchange == ExchangeFormat.BF16 ? Optional.of(workersPoint().clone()) : Optional.empty();
  }

  int number() {
    return number;
  }

  /** Of what is random in it. */
  long seed() {
    return settings.seed();
  }

  /** The code of the fold that it holds out. */
  int heldOut() {
    return settings.heldOut();
  }

  /** Whether it holds a fold out. */
  boolean holdsOut() {
    return heldOut() != HeldOut.NOTHING;
  }

  /**
   * {@code [size]} where the workers are to compute its next gradient; valid until the next call.
   */
  float[] point() {
    return held.orElseGet(this::workersPoint);
  }

  private float[] workersPoint() {
    return forWorkers(learner.point(), workersPoint);
  }

  /** {@code [size]} the parameters reached, as the workers need them; valid until the next call. */
  float[] params() {
    return forWorkers(learner.params(), workersParams);
  }

  private float[] forWorkers(float[] own, float[] into) {
    if (settings.rescaling().isEmpty()) {
      return own;
    }
    settings.rescaling().get().apply(own, into);
    return into;
  }

  boolean iterationEnded() {
    return learner.iterationEnded() || converged();
  }

  boolean converged() {
    return learner.converged().isPresent();
  }

  boolean inTraining() {
    return ending == Ending.NONE;
  }

  Ending ending() {
    return ending;
  }

  /** Takes a step; what the last one brought that had weight and whose point was taken. */
  Learned step(GradientSum sum, int at, long step) {
    steps++;
    settings.rescaling().ifPresent(rescaling -> rescaling.pullBack(sum, at));
    Optional<Learned> learned = learner.learn(sum, at, step);
    layers = learned.map(Learned::layers).orElse(Map.of());
    if (learner.accepted()) {
      lossSum = sum.lossSums()[at] + (learner.averagesLoss() ? lossSum : 0);
      weightSum = sum.weightSums()[at] + (learner.averagesLoss() ? weightSum : 0);
      last = learned.orElse(last);
    }
    held.ifPresent(copy -> Updates.follow(workersPoint(), copy));
    return last;
  }

  /**
   * Ends an epoch; the report of it.
   *
   * @param validation metrics; empty where the epoch has no evaluation
   * @param validated whether epochs have evaluations at all: schedules that follow the loss then
   *     follow theirs, and else that of the training rows
   * @throws DataException if no step so far had rows to train on, or no row that it is judged by
   *     weighs anything, where more than the report depends on it
   */
  EpochReport endEpoch(
      Position position, Optional<Map<String, Double>> validation, boolean validated) {
    requireTrained();
    epochs++;
    double meanLoss = lossSum / weightSum;
    if (learner.averagesLoss()) {
      lossSum = 0;
      weightSum = 0;
    }
    if (!validated) {
      learner.observe(meanLoss);
    }
    validation.ifPresent(this::judge);
    if (converged()) {
      end(Ending.CONVERGED);
    } else if (stopping.map(EarlyStopping::exhausted).orElse(false)) {
      end(Ending.STOPPED_EARLY);
    }
    return new EpochReport(
        number,
        epochs,
        position.step(),
        meanLoss,
        learner.penalty(),
        last.gradientNorm(),
        layers,
        last.rate(),
        validation.orElse(Map.of()));
  }

  private void judge(Map<String, Double> metrics) {
    if (!metrics.isEmpty()) {
      learner.observe(metrics.get("loss"));
      stopping.ifPresent(watch -> watch.observe(epochs, metrics, params()));
    } else if (stopping.isPresent() || learner.observes()) {
      throw new DataException(
          "%s all weigh nothing, so %s has no loss or metric to go by: look at data.weight, or leave it out"
              .formatted(
                  holdsOut() ? "the rows of the fold that is held out" : "the validation rows",
                  stopping.isPresent() ? "train.early_stopping" : "schedule.kind = plateau"));
    }
  }

  private void requireTrained() {
    if (Double.isNaN(last.meanLoss())) {
      throw new DataException(
          "no step of the first epoch had a row to train on: all rows weigh nothing or are held"
              + " out, or so many that batch normalization, which needs 2 rows of a shard in a"
              + " step, finds no pair; look at the weights, raise train.batch_size, or lower"
              + " data.shards");
    }
  }

  /**
   * The report of a step.
   *
   * @param byIteration whether progress counts a solver's iterations
   * @param last where progress ends
   */
  StepReport report(Step step, Learned learned, boolean byIteration, long last) {
    return new StepReport(
        number,
        step.number() + 1,
        byIteration ? epochs + (iterationEnded() ? 1 : 0) : step.number() + 1,
        last,
        step.epoch() + 1,
        step.ranks().size(),
        learned.meanLoss(),
        learned.gradientNorm(),
        learned.rate());
  }

  int epochs() {
    return epochs;
  }

  /** Steps taken; a solver of a cohort takes none while it waits for the others. */
  long steps() {
    return steps;
  }

  /** Ends the training of this member. */
  void end(Ending how) {
    ending = how;
  }

  /** Throws if the parameters are not finite: such a state is worth no checkpoint. */
  void requireFinite(long step) {
    if (!Double.isFinite(Updates.norm(params()))) {
      throw DivergedException.at(step, last.meanLoss(), last.gradientNorm(), last.rate());
    }
  }

  MemberResult result() {
    return new MemberResult(
        stopping.map(watch -> watch.choose(params())).orElseGet(() -> params().clone()),
        ending,
        learner.converged().orElse(""),
        epochs,
        stopping.map(EarlyStopping::bestEpoch).orElse(epochs),
        stopping.map(EarlyStopping::bestMetric).orElse(Double.NaN));
  }

  Standing standing() {
    return new Standing(ending, epochs, stopping.map(EarlyStopping::bestEpoch).orElse(epochs));
  }

  List<Tensor> save() {
    String prefix = "member." + number + ".";
    List<Tensor> saved = new ArrayList<>(learner.save(prefix));
    held.ifPresent(copy -> saved.add(Tensor.of(prefix + "held", copy)));
    stopping.ifPresent(watch -> saved.addAll(watch.save(prefix)));
    saved.add(Tensor.of(prefix + "progress", epochs, ending.ordinal()));
    saved.add(Tensor.of(prefix + "steps", steps));
    saved.add(
        Tensor.of(
            prefix + "sums",
            lossSum,
            weightSum,
            last.meanLoss(),
            last.gradientNorm(),
            last.rate()));
    return saved;
  }

  /** Puts in place what {@link #save} saved of the member of a number. */
  void restore(Map<String, Tensor> saved, int from) {
    String prefix = "member." + from + ".";
    learner.restore(prefix, saved);
    held.ifPresent(copy -> SavedState.copy(saved, prefix + "held", copy));
    stopping.ifPresent(watch -> watch.restore(prefix, saved));
    long[] progress = SavedState.longs(saved, prefix + "progress", 2);
    epochs = (int) progress[0];
    // What was saved without it was alone, so that its steps are those of the training.
    steps =
        saved.containsKey(prefix + "steps")
            ? SavedState.longs(saved, prefix + "steps", 1)[0]
            : SavedState.longs(saved, "position", 3)[0];
    ending = Ending.values()[(int) progress[1]];
    double[] sums = SavedState.doubles(saved, prefix + "sums", 5);
    lossSum = sums[0];
    weightSum = sums[1];
    last = new Learned(sums[2], sums[3], sums[4]);
  }
}

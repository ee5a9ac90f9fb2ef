package dev.lockstep.app;

import dev.lockstep.train.DivergedException;
import dev.lockstep.train.EpochReport;
import dev.lockstep.train.StepReport;
import dev.lockstep.train.TrainingListener;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Warns of gradients that vanish or explode on their way from the last layer to the first, once for
 * each layer; of all that explode in the course of epochs; of none that is left to learn from; and
 * hands every report on to another listener. A resumed run begins to watch again.
 */
final class GradientWatch implements TrainingListener {
  /** By how much a layer's gradient may differ from that of the last one, or the first epoch's. */
  private static final double MOST = 1e4;

  /** How many times the loss of the first epoch tells of an explosion. */
  private static final double WORSE = 2;

  /** Epochs in a row before a thing is said of all layers: a last batch may be odd by chance. */
  private static final int IN_A_ROW = 2;

  private final Consumer<String> out;
  private final TrainingListener next;
  private final Set<String> named = new HashSet<>();

  /** The first epoch with a gradient. */
  private Optional<EpochReport> first = Optional.empty();

  private int grown;
  private int idle;

  /** Whether a step of the epoch had a gradient. */
  private boolean moved;

  private boolean saidGrowth;
  private boolean saidIdle;

  /**
   * A watch.
   *
   * @param out is told the warnings, a sentence each
   */
  GradientWatch(Consumer<String> out, TrainingListener next) {
    this.out = out;
    this.next = next;
  }

  @Override
  public void onStep(StepReport report) {
    moved |= report.gradientNorm() != 0;
    next.onStep(report);
  }

  @Override
  public void onEpoch(EpochReport report) {
    next.onEpoch(report);
    if (!report.layers().isEmpty()) {
      Stream.of(warning(report.layers()), growth(report), idleness(report))
          .flatMap(Optional::stream)
          .forEach(sentence -> out.accept("epoch " + report.epoch() + ": " + sentence));
    }
  }

  /** About the layer that differs most from the last one, unless it was named before. */
  private Optional<String> warning(Map<String, Double> layers) {
    String last = reference(layers);
    double of = layers.get(last);
    if (!(of > 0)) {
      return Optional.empty();
    }
    String worst = last;
    double most = MOST;
    for (String layer : layers.keySet()) {
      double ratio = layers.get(layer) > of ? layers.get(layer) / of : of / layers.get(layer);
      if (ratio > most) {
        worst = layer;
        most = ratio;
      }
    }
    return worst.equals(last) || !named.add(worst)
        ? Optional.empty()
        : Optional.of(sentence(worst, layers.get(worst), last, of));
  }

  /** The last layer; where that has no gradient, the one with the largest. */
  private static String reference(Map<String, Double> layers) {
    List<String> names = List.copyOf(layers.keySet());
    String last = names.get(names.size() - 1);
    return layers.get(last) == 0
        ? Collections.max(names, Comparator.comparingDouble(layers::get))
        : last;
  }

  /**
   * About a gradient that has grown in all layers alike, once. The loss must be much worse too, and
   * both in a second epoch: the gradient of a single batch may be large or small by chance.
   */
  private Optional<String> growth(EpochReport report) {
    if (first.isEmpty() && report.gradientNorm() > 0) {
      first = Optional.of(report);
    }
    boolean grew =
        first.isPresent()
            && report.gradientNorm() > MOST * first.get().gradientNorm()
            && report.meanLoss() > WORSE * first.get().meanLoss();
    grown = grew ? grown + 1 : 0;
    if (grown < IN_A_ROW || saidGrowth) {
      return Optional.empty();
    }
    saidGrowth = true;
    return Optional.of(growthSentence(report, first.get()));
  }

  private static String growthSentence(EpochReport report, EpochReport start) {
    return String.format(
        Locale.ROOT,
        "the gradient explodes: its norm is %.3g, it was %.3g in epoch %d, and the loss is worse;"
            + " try a lower optimizer.learning_rate, a warmup in schedule, or gradient.clip_norm",
        report.gradientNorm(),
        start.gradientNorm(),
        start.epoch());
  }

  /** About no gradient in any layer while there is a loss, once. */
  private Optional<String> idleness(EpochReport report) {
    boolean none = !moved && report.gradientNorm() == 0 && report.meanLoss() != 0;
    moved = false;
    idle = none ? idle + 1 : 0;
    if (idle < IN_A_ROW || saidIdle) {
      return Optional.empty();
    }
    saidIdle = true;
    return Optional.of(
        "the gradient is 0 in all layers, so nothing is learnt: the activations or the loss are"
            + " saturated; try a lower optimizer.learning_rate, standardized features, or another"
            + " init or activation");
  }

  private static String sentence(String layer, double norm, String last, double of) {
    if (norm == 0) {
      return String.format(
          Locale.ROOT,
          "layer %s has no gradient, layer %s one of norm %.3g: the scores do not depend on it, or it"
              + " is saturated; freeze it if that is meant",
          layer,
          last,
          of);
    }
    String text =
        norm < of
            ? "the gradient vanishes on its way: its norm is %.3g in layer %s, %.3g in layer %s; try"
                + " a norm between layers, another init or activation, or fewer layers"
            : "the gradient explodes on its way: its norm is %.3g in layer %s, %.3g in layer %s; try"
                + " gradient.clip_norm, a norm between layers, or another init";
    return String.format(Locale.ROOT, text, norm, layer, of, last);
  }

  @Override
  public void onDiverged(int member, DivergedException reason) {
    next.onDiverged(member, reason);
  }

  @Override
  public void onFailed(int member, RuntimeException reason) {
    next.onFailed(member, reason);
  }
}

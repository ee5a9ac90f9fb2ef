package dev.lockstep.app;

import dev.lockstep.train.DivergedException;
import dev.lockstep.train.EpochReport;
import dev.lockstep.train.StepReport;
import dev.lockstep.train.TrainingListener;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Warns of gradients that vanish or explode on their way from the last layer to the first, once for
 * each layer, and hands every report on to another listener.
 */
final class GradientWatch implements TrainingListener {
  /** By how much a layer's gradient may differ from that of the last one. */
  private static final double MOST = 1e4;

  private final Consumer<String> out;
  private final TrainingListener next;
  private final Set<String> named = new HashSet<>();

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
    next.onStep(report);
  }

  @Override
  public void onEpoch(EpochReport report) {
    next.onEpoch(report);
    warning(report.layers())
        .ifPresent(sentence -> out.accept("epoch " + report.epoch() + ": " + sentence));
  }

  /** About the layer that differs most from the last one, unless it was named before. */
  private Optional<String> warning(Map<String, Double> layers) {
    List<String> names = List.copyOf(layers.keySet());
    if (names.isEmpty()) {
      return Optional.empty();
    }
    String last = names.get(names.size() - 1);
    double of = layers.get(last);
    if (!(of > 0)) {
      return Optional.empty();
    }
    String worst = last;
    double most = MOST;
    for (String layer : names) {
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

  private static String sentence(String layer, double norm, String last, double of) {
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

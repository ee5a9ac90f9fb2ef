package dev.lockstep.train;

import dev.lockstep.config.ConfigException;
import dev.lockstep.train.metric.Metrics;
import dev.lockstep.train.store.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Watches a member's validation metric and keeps the best parameters. */
final class EarlyStopping {
  private static final int NONE_YET = 0;

  private final EarlyStoppingSettings settings;
  private final boolean higherIsBetter;
  private float[] bestParams = {};
  private double bestMetric = Double.NaN;
  private int bestEpoch = NONE_YET;
  private int evaluationsSince;

  EarlyStopping(EarlyStoppingSettings settings) {
    this.settings = settings;
    this.higherIsBetter = Metrics.higherIsBetter(settings.metric());
  }

  /**
   * Takes an evaluation.
   *
   * @param epoch the number of the epoch that ended, from 1
   * @param params copied if they are the best so far
   */
  void observe(int epoch, Map<String, Double> metrics, float[] params) {
    double metric = Metrics.find(metrics, settings.metric()).orElseThrow(() -> missing(metrics));
    double gain = higherIsBetter ? metric - bestMetric : bestMetric - metric;
    if (bestEpoch == NONE_YET ? !Double.isNaN(metric) : gain > settings.minDelta()) {
      bestMetric = metric;
      bestEpoch = epoch;
      evaluationsSince = 0;
      if (settings.restoreBest()) {
        bestParams = params.clone();
      }
    } else {
      evaluationsSince++;
    }
  }

  private ConfigException missing(Map<String, Double> metrics) {
    return new ConfigException(
        "train.early_stopping.metric is %s, which the validation rows do not give, as where they are rows of one class only: use one of %s"
            .formatted(settings.metric(), String.join(", ", metrics.keySet())));
  }

  /** Whether nothing better came for too long. */
  boolean exhausted() {
    return evaluationsSince >= settings.patience();
  }

  /** The epoch of the best evaluation, 0 before the first. */
  int bestEpoch() {
    return bestEpoch;
  }

  /** The best value of the metric, NaN before the first. */
  double bestMetric() {
    return bestMetric;
  }

  /** The parameters to end with: the best ones where they are kept, else the last. */
  float[] choose(float[] last) {
    return bestParams.length > 0 ? bestParams : last;
  }

  List<Tensor> save(String prefix) {
    List<Tensor> saved = new ArrayList<>();
    saved.add(Tensor.of(prefix + "best.params", bestParams));
    saved.add(Tensor.of(prefix + "best.metric", bestMetric));
    saved.add(Tensor.of(prefix + "best.epochs", bestEpoch, evaluationsSince));
    return saved;
  }

  void restore(String prefix, Map<String, Tensor> saved) {
    bestParams = SavedState.find(saved, prefix + "best.params").floats().clone();
    bestMetric = SavedState.doubles(saved, prefix + "best.metric", 1)[0];
    long[] epochs = SavedState.longs(saved, prefix + "best.epochs", 2);
    bestEpoch = (int) epochs[0];
    evaluationsSince = (int) epochs[1];
  }
}

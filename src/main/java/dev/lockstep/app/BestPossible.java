package dev.lockstep.app;

import dev.lockstep.data.Layout;
import dev.lockstep.data.Split;
import dev.lockstep.loss.Loss;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.source.Synthetic;
import dev.lockstep.spark.source.TrueModel;
import dev.lockstep.spark.source.TrueModel.Link;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.metric.Precision;
import java.util.Locale;
import java.util.Optional;

/**
 * The loss of the model from which synthetic labels were drawn: no other does better on rows that
 * it has not seen.
 *
 * @param split the rows it was computed on
 * @param loss the mean loss of the true model
 */
record BestPossible(String split, double loss) {
  private static final String METRIC = "loss";

  /** Evaluates the true model, where it is known and the features are those it was drawn with. */
  static Optional<BestPossible> of(RunFile run, Cluster cluster) {
    boolean plain =
        run.data().source() instanceof Synthetic synthetic
            && !synthetic.columns()
            && run.data().features().isEmpty()
            && run.data().columns().isEmpty()
            && run.data().ignore().isEmpty();
    if (!plain) {
      return Optional.empty();
    }
    Layout layout = run.model().layout(cluster.schema());
    Split split = cluster.rows(Split.TEST) > 0 ? Split.TEST : Split.TRAIN;
    return run.data()
        .source()
        .truth()
        .filter(truth -> fits(truth, run.model().loss(), layout))
        .map(BestPossible::params)
        .map(params -> cluster.evaluate(params, split, Precision.BINNED).get(0).metrics())
        .filter(metrics -> metrics.containsKey(METRIC))
        .map(
            metrics ->
                new BestPossible(
                    split.name().toLowerCase(Locale.ROOT), metrics.get(METRIC).doubleValue()));
  }

  private static boolean fits(TrueModel truth, Loss loss, Layout layout) {
    Optional<Link> link =
        switch (loss.task()) {
          case REGRESSION -> Optional.of(Link.IDENTITY);
          case COUNTS -> Optional.of(Link.LOG);
          case BINARY -> Optional.of(Link.LOGIT);
          case MULTICLASS -> Optional.of(Link.SOFTMAX);
          case NEXT_TOKEN -> Optional.empty();
        };
    boolean exact =
        loss.probabilistic() || truth.link() == Link.IDENTITY || truth.link() == Link.LOG;
    boolean shaped =
        layout.slices().size() == 2
            && layout.slices().get(0).size() == truth.weights().length
            && layout.slices().get(1).size() == truth.intercepts().length;
    return exact && shaped && link.equals(Optional.of(truth.link()));
  }

  private static Parameters params(TrueModel truth) {
    int weights = truth.weights().length;
    float[] values = new float[weights + truth.intercepts().length];
    for (int i = 0; i < weights; i++) {
      values[i] = (float) truth.weights()[i];
    }
    for (int k = 0; k < truth.intercepts().length; k++) {
      values[weights + k] = (float) truth.intercepts()[k];
    }
    return new Parameters(1, values.length, values);
  }

  /** How near the trained model came, in words. */
  String compared(FinalMetrics metrics) {
    double reached = metrics.bySplit().get(split).getOrDefault(METRIC, Double.NaN);
    return String.format(
        Locale.ROOT,
        "best possible: %s loss %.5f of the model that drew the labels; this one has %.5f, %.2f %%"
            + " above",
        split,
        loss,
        reached,
        100 * (reached - loss) / loss);
  }
}

package dev.lockstep.train.metric;

import java.io.Serializable;
import java.util.Map;

/**
 * Weights of rows by true and predicted class, and the metrics that follow from them alone. Every
 * shard has one in every round, so beyond {@link #MOST_CLASSES} only its diagonal and the sums of
 * its rows and columns are kept, which is all that the metrics need.
 */
final class ConfusionMatrix implements Serializable {
  /** The most classes of which all pairs are counted: half a MiB. */
  static final int MOST_CLASSES = 256;

  private static final long serialVersionUID = 2L;

  private final int classes;
  private final boolean whole;

  /** {@code [classes, classes]} where it is whole, else {@code [3, classes]}. */
  private final double[] weights;

  ConfusionMatrix(int classes) {
    this.classes = classes;
    this.whole = classes <= MOST_CLASSES;
    this.weights = new double[size(classes)];
  }

  private static int size(int classes) {
    return classes * (classes <= MOST_CLASSES ? classes : 3);
  }

  /** The bytes of its arrays. */
  static long sizeBytes(int classes) {
    return (long) Double.BYTES * size(classes);
  }

  void add(int truth, int predicted, double weight) {
    if (whole) {
      weights[truth * classes + predicted] += weight;
      return;
    }
    weights[truth] += truth == predicted ? weight : 0;
    weights[classes + truth] += weight;
    weights[2 * classes + predicted] += weight;
  }

  void merge(ConfusionMatrix right) {
    for (int i = 0; i < weights.length; i++) {
      weights[i] += right.weights[i];
    }
  }

  /** {@code [classes, classes]}; empty where there are too many classes. */
  double[] values() {
    return whole ? weights.clone() : new double[0];
  }

  /** Accuracy, and recall averaged over the classes that occur. */
  void putAccuracies(Map<String, Double> metrics) {
    double recallSum = 0;
    int occurring = 0;
    double right = 0;
    double all = 0;
    for (int c = 0; c < classes; c++) {
      double truth = truth(c);
      right += hits(c);
      all += truth;
      if (truth > 0) {
        recallSum += hits(c) / truth;
        occurring++;
      }
    }
    if (all > 0) {
      metrics.put("accuracy", right / all);
      metrics.put("balanced_accuracy", recallSum / occurring);
    }
  }

  /** Precision, recall and F1 of one class; 0 where there is nothing to divide by. */
  void putOf(int c, Map<String, Double> metrics) {
    metrics.put("precision", ratio(hits(c), predicted(c)));
    metrics.put("recall", ratio(hits(c), truth(c)));
    metrics.put("f1", ratio(2 * hits(c), truth(c) + predicted(c)));
  }

  /**
   * Precision, recall and F1 averaged over classes: plainly (macro, over the classes that occur or
   * were predicted), from the counts of all classes together (micro), and by the classes' weights.
   */
  void putAverages(Map<String, Double> metrics) {
    double[] macro = new double[3];
    double[] weighted = new double[3];
    double right = 0;
    double all = 0;
    int seen = 0;
    for (int c = 0; c < classes; c++) {
      double truth = truth(c);
      double[] of = {
        ratio(hits(c), predicted(c)),
        ratio(hits(c), truth),
        ratio(2 * hits(c), truth + predicted(c))
      };
      for (int i = 0; i < of.length; i++) {
        macro[i] += of[i];
        weighted[i] += truth * of[i];
      }
      seen += truth + predicted(c) > 0 ? 1 : 0;
      right += hits(c);
      all += truth;
    }
    String[] names = {"precision", "recall", "f1"};
    for (int i = 0; i < names.length; i++) {
      metrics.put(names[i] + "_macro", ratio(macro[i], seen));
      metrics.put(names[i] + "_micro", ratio(right, all));
      metrics.put(names[i] + "_weighted", ratio(weighted[i], all));
    }
  }

  private double hits(int c) {
    return weights[whole ? c * classes + c : c];
  }

  private double truth(int c) {
    if (!whole) {
      return weights[classes + c];
    }
    double sum = 0;
    for (int i = 0; i < classes; i++) {
      sum += weights[c * classes + i];
    }
    return sum;
  }

  private double predicted(int c) {
    if (!whole) {
      return weights[2 * classes + c];
    }
    double sum = 0;
    for (int i = 0; i < classes; i++) {
      sum += weights[i * classes + c];
    }
    return sum;
  }

  private static double ratio(double part, double whole) {
    return whole > 0 ? part / whole : 0;
  }
}

package dev.lockstep.spark.source;

import dev.lockstep.math.RandomKey;
import dev.lockstep.spark.source.TrueModel.Link;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Draws the rows of {@link Synthetic}; one task's, not thread-safe. */
final class SyntheticRows {
  /** Four uniforms of 16 bits: mean 2 (2^16 - 1), variance 4 (2^32 - 1) / 12. */
  private static final double MEAN = 2 * 65535.0;

  private static final double SCALE = 1 / StrictMath.sqrt(4 * (0x1p32 - 1) / 12);

  private final Synthetic settings;
  private final RandomKey valueKeys;
  private final RandomKey indexKeys;
  private final RandomKey labelKeys;
  private final int nonZeros;
  private final TrueModel truth;
  private final double[] scores;

  SyntheticRows(Synthetic settings) {
    this.settings = settings;
    RandomKey root = RandomKey.of(settings.seed()).child("synthetic");
    this.valueKeys = root.child("values");
    this.indexKeys = root.child("indices");
    this.labelKeys = root.child("labels");
    this.nonZeros =
        (int) Math.max(1, Math.min(settings.features(), settings.density() * settings.features()));
    this.truth = draw(root.child("truth"));
    this.scores = new double[truth.outputs()];
  }

  TrueModel truth() {
    return truth;
  }

  private TrueModel draw(RandomKey key) {
    int outputs = settings.task() == Synthetic.Task.MULTICLASS ? settings.classes() : 1;
    double scale =
        switch (settings.task()) {
          case REGRESSION -> 1;
          case BINARY, MULTICLASS -> 1 / settings.noise();
          case COUNTS -> 0.25 / settings.noise();
        };
    double[] weights = new double[outputs * settings.features()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = scale / StrictMath.sqrt(nonZeros) * normal(key.bits(i));
    }
    double[] intercepts = new double[outputs];
    RandomKey interceptKey = key.child("intercepts");
    for (int k = 0; k < outputs; k++) {
      intercepts[k] = scale * 0.5 * normal(interceptKey.bits(k));
    }
    return new TrueModel(weights, intercepts, link());
  }

  private Link link() {
    return switch (settings.task()) {
      case REGRESSION -> Link.IDENTITY;
      case BINARY -> Link.LOGIT;
      case MULTICLASS -> Link.SOFTMAX;
      case COUNTS -> Link.LOG;
    };
  }

  /** Near-normal with mean 0 and variance 1: the sum of the four 16-bit parts. */
  private static double normal(long bits) {
    long sum =
        (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48 & 0xFFFF);
    return (sum - MEAN) * SCALE;
  }

  Iterator<Row> rows(long from, long to) {
    return new Iterator<>() {
      private long next = from;

      @Override
      public boolean hasNext() {
        return next < to;
      }

      @Override
      public Row next() {
        if (next >= to) {
          throw new NoSuchElementException();
        }
        return row(next++);
      }
    };
  }

  private Row row(long number) {
    int d = settings.features();
    System.arraycopy(truth.intercepts(), 0, scores, 0, scores.length);
    RandomKey valueKey = valueKeys.child(number);
    double[] values = new double[nonZeros];
    int[] indices = nonZeros == d ? null : new int[nonZeros];
    RandomKey indexKey = indexKeys.child(number);
    for (int i = 0; i < nonZeros; i++) {
      values[i] = normal(valueKey.bits(i));
      int index = i;
      if (indices != null) {
        int from = (int) ((long) i * d / nonZeros);
        int to = (int) ((i + 1L) * d / nonZeros);
        index = from + (int) indexKey.below(i, to - from);
        indices[i] = index;
      }
      for (int k = 0; k < scores.length; k++) {
        scores[k] += truth.weights()[k * d + index] * values[i];
      }
    }
    double label = label(labelKeys.child(number));
    if (settings.columns()) {
      Object[] cells = new Object[d + 4];
      for (int j = 0; j < d; j++) {
        cells[j] = values[j];
      }
      cells[d] = label;
      Identity.set(cells, d + 1, "", number);
      return RowFactory.create(cells);
    }
    return RowFactory.create(
        indices == null ? Vectors.dense(values) : Vectors.sparse(d, indices, values),
        label,
        "",
        number,
        0L);
  }

  private double label(RandomKey key) {
    return switch (settings.task()) {
      case REGRESSION -> scores[0] + settings.noise() * normal(key.bits(0));
      case BINARY -> key.uniform(0) * (1 + StrictMath.exp(-scores[0])) < 1 ? 1 : 0;
      case MULTICLASS -> category(key.uniform(0));
      case COUNTS -> poisson(key.uniform(0), StrictMath.exp(scores[0]));
    };
  }

  private int category(double uniform) {
    double max = scores[0];
    for (double score : scores) {
      max = Math.max(max, score);
    }
    double total = 0;
    for (int k = 0; k < scores.length; k++) {
      scores[k] = StrictMath.exp(scores[k] - max);
      total += scores[k];
    }
    double left = uniform * total;
    int category = 0;
    while (category < scores.length - 1 && left >= scores[category]) {
      left -= scores[category++];
    }
    return category;
  }

  /** By inversion; means of the tasks here are small. */
  private static double poisson(double uniform, double mean) {
    double probability = StrictMath.exp(-mean);
    double below = probability;
    int count = 0;
    while (uniform >= below && count < 10_000) {
      count++;
      probability *= mean / count;
      below += probability;
    }
    return count;
  }
}

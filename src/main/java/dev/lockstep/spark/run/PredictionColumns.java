package dev.lockstep.spark.run;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss;
import dev.lockstep.model.Model;
import dev.lockstep.train.metric.MetricSettings;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What is written of a prediction: {@code prediction}, the class or the value, and for classes
 * {@code probability_<class>} of each, or {@code score} where the model has margins only; of texts,
 * {@code loss} and {@code tokens}.
 *
 * @param classes the classes by index; empty for values
 * @param binary whether there is one score for two classes
 * @param probabilistic whether scores become probabilities
 * @param threshold the prediction above which a row is of class 1
 * @param names the columns of the values beside the class, in order
 * @param withClass whether the class is written
 * @param withValues whether probabilities, margins or values are
 */
record PredictionColumns(
    List<String> classes,
    boolean binary,
    boolean probabilistic,
    double threshold,
    List<String> names,
    boolean withClass,
    boolean withValues)
    implements Serializable {
  private static final String PREDICTION = "prediction";

  /** What a language model says of a text: its loss in nats, summed, and of how many tokens. */
  private static final List<String> TOKENS = List.of("loss", "tokens");

  /**
   * The columns of a model.
   *
   * @param wanted of {@link Part}
   * @throws ConfigException if the model has no such part
   */
  static PredictionColumns of(
      Model model, Schema schema, MetricSettings metrics, Set<Part> wanted) {
    Loss loss = model.loss();
    boolean binary = loss.task() == Loss.Task.BINARY;
    boolean classified = binary || loss.task() == Loss.Task.MULTICLASS;
    int outputs = model.outputs(schema);
    List<String> classes = classified ? classes(schema, binary ? 2 : outputs) : List.of();
    require(!wanted.contains(Part.CLASS) || classified, Part.CLASS, "the model predicts values");
    require(
        !wanted.contains(Part.PROBABILITIES) || (classified && loss.probabilistic()),
        Part.PROBABILITIES,
        classified ? "the model has margins only" : "the model predicts values");
    require(
        !wanted.contains(Part.VALUE) || !classified || !loss.probabilistic(),
        Part.VALUE,
        "the model predicts classes; write class or probabilities");
    return new PredictionColumns(
        classes,
        binary,
        loss.probabilistic(),
        metrics.threshold().of(loss.probabilistic()),
        loss.task() == Loss.Task.NEXT_TOKEN
            ? TOKENS
            : names(schema, classes, binary, loss.probabilistic(), outputs),
        classified && (wanted.isEmpty() || wanted.contains(Part.CLASS)),
        wanted.isEmpty() || wanted.contains(Part.PROBABILITIES) || wanted.contains(Part.VALUE));
  }

  private static void require(boolean holds, Part part, String why) {
    if (!holds) {
      throw new ConfigException("--write " + part.key() + ": " + why);
    }
  }

  private static List<String> classes(Schema schema, int count) {
    return schema.classes().isEmpty()
        ? IntStream.range(0, count).mapToObj(Integer::toString).toList()
        : schema.classes();
  }

  private static List<String> names(
      Schema schema, List<String> classes, boolean binary, boolean probabilistic, int outputs) {
    if (classes.isEmpty()) {
      return outputs == 1
          ? List.of(PREDICTION)
          : schema.labelNames().stream().map(name -> PREDICTION + "_" + name).toList();
    }
    if (binary && !probabilistic) {
      return List.of("score");
    }
    String prefix = probabilistic ? "probability_" : "score_";
    return classes.stream().map(name -> prefix + name).toList();
  }

  /**
   * The kept columns of a type and those of the predictions.
   *
   * @param format {@code csv}, or one in which Spark writes no two names that differ in case only
   * @throws ConfigException if it has two names that are the same to it
   */
  StructType addTo(StructType kept, String format) {
    StructType type = kept;
    if (withClass) {
      type = type.add(PREDICTION, DataTypes.StringType, false);
    }
    if (withValues) {
      for (String name : names) {
        type = type.add(name, DataTypes.DoubleType, false);
      }
    }
    requireApart(type.fieldNames(), kept.size(), format);
    return type;
  }

  /** Requires names that the format tells apart; the first ones are those of kept columns. */
  private static void requireApart(String[] all, int kept, String format) {
    boolean caseTells = format.equals("csv");
    String rule = caseTells ? "must differ" : "must differ in more than case in " + format;
    Map<String, Integer> known = new HashMap<>();
    for (int i = 0; i < all.length; i++) {
      Integer before = known.put(caseTells ? all[i] : all[i].toLowerCase(Locale.ROOT), i);
      if (before != null) {
        String message =
            i < kept
                ? "--keep %s,%s: names %s; keep one of them"
                : before < kept
                    ? "--keep %s: predictions have a column %s, and names %s; keep it under another"
                        + " name (data.columns)"
                    : "predictions would have the columns %s and %s, and names %s; choose --format"
                        + " csv or --write class";
        throw new ConfigException(message.formatted(all[before], all[i], rule));
      }
    }
  }

  /**
   * Appends the values of a row.
   *
   * @param predictions holds {@code [.., outputs]}, the row's first at {@code from}
   * @param cells written from {@code cell} on
   */
  void put(float[] predictions, int from, int outputs, Object[] cells, int cell) {
    int at = cell;
    if (withClass) {
      cells[at++] = classes.get(chosen(predictions, from, outputs));
    }
    if (!withValues) {
      return;
    }
    if (binary && probabilistic) {
      cells[at++] = 1.0 - predictions[from];
      cells[at] = (double) predictions[from];
      return;
    }
    for (int k = 0; k < outputs; k++) {
      cells[at++] = (double) predictions[from + k];
    }
  }

  private int chosen(float[] predictions, int from, int outputs) {
    if (binary) {
      return predictions[from] > threshold ? 1 : 0;
    }
    int best = 0;
    for (int k = 1; k < outputs; k++) {
      best = predictions[from + k] > predictions[from + best] ? k : best;
    }
    return best;
  }
}

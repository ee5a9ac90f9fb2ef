package dev.lockstep.spark.encode;

import dev.lockstep.config.NearestKey;
import dev.lockstep.data.ChosenRowsException;
import dev.lockstep.data.DataException;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.prepare.BadRowException;
import dev.lockstep.spark.prepare.Categories;
import dev.lockstep.spark.prepare.ClassWeights;
import dev.lockstep.spark.prepare.Columns;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF4;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;

/** Labels: classes in a fixed order, or numbers as they are. */
final class Labels {
  private static final int MOST_CLASSES = 10_000;
  private static final int SHOWN = 5;

  private Labels() {}

  /** Whether a task's labels are classes; several label columns are numbers. */
  static boolean areClasses(Task task, List<String> labels) {
    return labels.size() == 1 && (task == Task.BINARY || task == Task.MULTICLASS);
  }

  /** The label as the name of its class: whole numbers have no decimal point. */
  static Column className(String label, DataType type) {
    Column column = Columns.col(label);
    Column text = column.cast(DataTypes.StringType);
    boolean fractional =
        type instanceof DoubleType || type instanceof FloatType || type instanceof DecimalType;
    if (!fractional) {
      return text;
    }
    Column whole = column.equalTo(functions.floor(column)).and(functions.abs(column).lt(1e15));
    return functions
        .when(whole, column.cast(DataTypes.LongType).cast(DataTypes.StringType))
        .otherwise(text);
  }

  /**
   * The classes of the training rows: by number if all are numbers, else by their text. The last of
   * two is the positive one.
   *
   * @throws DataException if there is one class only, or too many, or others in other rows
   */
  static List<String> classes(String label, Task task, Categories train, Categories others) {
    List<String> classes = sorted(train.counts().keySet());
    if (classes.size() < 2) {
      throw new ChosenRowsException(
          "the label %s has one class only in the training rows, %s: nothing can be learnt; look at"
                  .formatted(label, String.join("", classes))
              + " data.label, data.where and data.split");
    }
    if (task == Task.BINARY && classes.size() > 2) {
      throw new DataException(
          "the label %s has %d classes (%s), the model is for two: use model.kind = softmax, or"
                  .formatted(label, classes.size(), shown(classes))
              + " derive a label of two classes in data.columns");
    }
    if (classes.size() > MOST_CLASSES) {
      throw new DataException(
          "the label %s has %d different values (%s), too many for classes: use a regression model"
                  .formatted(label, classes.size(), shown(classes))
              + " such as model.kind = linear, or another label");
    }
    Set<String> unseen = new TreeSet<>(others.counts().keySet());
    unseen.removeAll(train.counts().keySet());
    if (!unseen.isEmpty()) {
      throw new ChosenRowsException(
          "the label %s is %s in validation or test rows, which no training row has (they have %s):"
                  .formatted(label, unseen.iterator().next(), shown(classes))
              + " spell classes alike (data.columns), or change data.split");
    }
    return classes;
  }

  static List<String> sorted(Set<String> names) {
    boolean numbers = names.stream().allMatch(Labels::isNumber);
    Comparator<String> order =
        numbers
            ? Comparator.<String>comparingDouble(Double::parseDouble)
                .thenComparing(Comparator.naturalOrder())
            : Comparator.naturalOrder();
    return names.stream().sorted(order).toList();
  }

  static boolean isNumber(String text) {
    try {
      return Double.isFinite(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String shown(List<String> classes) {
    String first = String.join(", ", classes.subList(0, Math.min(SHOWN, classes.size())));
    return classes.size() > SHOWN ? first + ", .." : first;
  }

  /** The index of the class that a column names. */
  static Column index(String label, List<String> classes, Column name, RowPlace place) {
    HashMap<String, Float> indices = new HashMap<>();
    for (int i = 0; i < classes.size(); i++) {
      indices.put(classes.get(i), (float) i);
    }
    String known = shown(classes);
    UDF4<String, Integer, String, Long, Float> find =
        (value, part, file, position) -> {
          Float index = value == null ? null : indices.get(value);
          if (index == null) {
            String found = value == null ? "missing" : value;
            throw new BadRowException(
                part,
                file,
                position,
                "the label %s is %s; it must be one of the classes of training, %s"
                    .formatted(label, found, known));
          }
          return index;
        };
    return functions
        .udf(find, DataTypes.FloatType)
        .apply(name, place.part(), place.file(), place.position());
  }

  /**
   * The weight of each class, by its index.
   *
   * @param taught whether there may be rows without labels, which learn whatever classes weigh
   * @throws ChosenRowsException if one is given to a class that no row has, or no row weighs
   *     anything
   */
  static List<Double> weights(
      ClassWeights config,
      List<String> classes,
      Categories train,
      Categories others,
      boolean taught) {
    if (classes.isEmpty()) {
      throw new ChosenRowsException(
          "data.class_weight weighs rows by their labels, but no training row has one: leave it out");
    }
    Set<String> known = new TreeSet<>(classes);
    known.addAll(others.counts().keySet()); // of a fold that is held out, too
    for (String name : new TreeSet<>(config.weights().keySet())) {
      if (!known.contains(name)) {
        throw new ChosenRowsException(
            "no row has the class %s of data.class_weight: %s"
                .formatted(name, NearestKey.advice(name, sorted(known))));
      }
    }
    List<Double> weights = new ArrayList<>();
    Map<String, Long> counts = train.counts();
    long rows = counts.values().stream().mapToLong(Long::longValue).sum();
    for (String name : classes) {
      weights.add(
          config.balanced()
              ? (double) rows / (classes.size() * (double) counts.get(name))
              : config.weights().getOrDefault(name, 1.0));
    }
    if (!taught && weights.stream().allMatch(weight -> weight == 0)) {
      throw new ChosenRowsException(
          "data.class_weight gives every class (%s) the weight 0, so nothing can be learnt"
              .formatted(String.join(", ", classes)));
    }
    return weights;
  }
}

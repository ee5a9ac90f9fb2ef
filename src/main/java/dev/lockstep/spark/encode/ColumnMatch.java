package dev.lockstep.spark.encode;

import dev.lockstep.data.DataException;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.prepare.LosslessCast;
import dev.lockstep.spark.source.ColumnType;
import dev.lockstep.spark.source.ImageColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.FractionalType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Matches the columns of another source with those of training, by name. */
final class ColumnMatch {
  private ColumnMatch() {}

  /**
   * The rows with the columns of training cast to their types; other columns stay.
   *
   * @throws DataException that lists every difference
   */
  static Dataset<Row> cast(Dataset<Row> rows, Description description, boolean labelled) {
    Map<String, DataType> given = new LinkedHashMap<>();
    for (StructField field : rows.schema().fields()) {
      given.put(field.name(), field.dataType());
    }
    List<String> problems = new ArrayList<>();
    description
        .inputs()
        .forEach(
            (name, ddl) -> {
              DataType wanted = type(ddl);
              DataType found = given.get(name);
              if (found == null) {
                problems.add("column " + name + " (" + ddl + ") is missing");
              } else if (!castable(found, wanted)) {
                problems.add(
                    "column %s is %s, was %s in training"
                        .formatted(name, found.simpleString(), ddl));
              }
            });
    shapes(rows.schema(), description, problems);
    for (NumberRule role : roles(description, labelled)) {
      require(role, given, problems);
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          "the data does not fit the model: %s; it has the columns %s"
              .formatted(String.join(", ", problems), String.join(", ", names(given))));
    }
    List<NumberRule> rules = new ArrayList<>();
    description.inputs().keySet().stream()
        .filter(name -> LosslessCast.isNumber(type(description.inputs().get(name))))
        .forEach(name -> rules.add(NumberRule.feature(name)));
    roles(description, labelled).stream().filter(NumberRule::number).forEach(rules::add);
    Dataset<Row> checked =
        rules.isEmpty() ? rows : rows.filter(FiniteCheck.numbers(rules, RowPlace.of(rows)));
    return cast(checked, description.inputs());
  }

  /**
   * The types that text must be read as to be what it was in training: those of the features'
   * columns, and a string for a label that has a class which is no number.
   *
   * @param features whether those of features are wanted
   * @param labels the same of labels
   */
  static Map<String, ColumnType> ofTraining(
      Description description, boolean features, boolean labels) {
    StructType inputs = new StructType();
    for (Map.Entry<String, String> input : description.inputs().entrySet()) {
      inputs = features ? inputs.add(input.getKey(), type(input.getValue())) : inputs;
    }
    Map<String, ColumnType> types = ColumnType.of(inputs);
    if (labels && !description.schema().classes().stream().allMatch(Labels::isNumber)) {
      description.schema().labelNames().forEach(name -> types.put(name, ColumnType.STRING));
    }
    return types;
  }

  /** Images may have as many pixels as others, and yet another shape. */
  private static void shapes(StructType given, Description description, List<String> problems) {
    List<Integer> wanted = description.schema().shape();
    for (StructField field : given.fields()) {
      List<Integer> found = ImageColumn.shape(field);
      if (description.inputs().containsKey(field.name())
          && !wanted.isEmpty()
          && !found.isEmpty()
          && !found.equals(wanted)) {
        problems.add(
            "column %s has images of [channels, height, width] = %s, had %s in training"
                .formatted(field.name(), found, wanted));
      }
    }
  }

  /** What labels, weights and offsets must be. */
  private static List<NumberRule> roles(Description description, boolean labelled) {
    List<NumberRule> roles = new ArrayList<>();
    description.offset().ifPresent(name -> roles.add(NumberRule.offset(name)));
    if (labelled) {
      boolean classes = !description.schema().classes().isEmpty();
      boolean counts = description.task() == Task.COUNTS;
      description
          .schema()
          .labelNames()
          .forEach(name -> roles.add(NumberRule.label(name, classes, counts)));
      description.weight().ifPresent(name -> roles.add(NumberRule.weight(name)));
    }
    return roles;
  }

  private static List<String> names(Map<String, DataType> given) {
    return given.keySet().stream().filter(name -> !name.startsWith("__lockstep_")).toList();
  }

  private static void require(NumberRule role, Map<String, DataType> given, List<String> problems) {
    DataType found = given.get(role.column());
    if (found == null) {
      problems.add("the " + role.role() + " column " + role.column() + " is missing");
    } else if (role.number() && !(LosslessCast.isNumber(found) || found instanceof StringType)) {
      problems.add(
          "the %s column %s is %s, must be a number"
              .formatted(role.role(), role.column(), found.simpleString()));
    }
  }

  /**
   * The columns that do not hold the same, or cannot be read as the others without loss, as numbers
   * with fractions as whole ones.
   */
  static List<String> differing(Map<String, String> own, Map<String, String> other) {
    Set<String> names = new TreeSet<>(own.keySet());
    names.addAll(other.keySet());
    return names.stream()
        .filter(
            name ->
                !own.containsKey(name)
                    || !other.containsKey(name)
                    || !castable(type(own.get(name)), type(other.get(name)))
                    || loses(type(own.get(name)), type(other.get(name))))
        .toList();
  }

  private static boolean loses(DataType found, DataType wanted) {
    boolean fractions =
        found instanceof FractionalType
            && !(found instanceof DecimalType decimal && decimal.scale() == 0);
    return fractions
        && !found.equals(wanted)
        && !(wanted instanceof DoubleType || wanted instanceof FloatType);
  }

  /**
   * Rows whose columns are castable, with numbers of the kinds that training had; a row with a
   * number that those cannot hold is refused.
   */
  static Dataset<Row> cast(Dataset<Row> rows, Map<String, String> inputs) {
    Column part = RowPlace.of(rows).part();
    Map<String, Column> casts = new LinkedHashMap<>();
    inputs.forEach(
        (name, ddl) -> {
          DataType wanted = type(ddl);
          DataType found = rows.schema().apply(name).dataType();
          if (!found.equals(wanted)) {
            casts.put(name, LosslessCast.OF_TRAINING.of(name, found, wanted, part));
          }
        });
    return casts.isEmpty() ? rows : rows.withColumns(casts);
  }

  /** A column's type as text. */
  static String ddl(DataType type) {
    return type.equals(SQLDataTypes.VectorType()) ? "vector" : type.sql();
  }

  private static DataType type(String ddl) {
    return ddl.equals("vector") ? SQLDataTypes.VectorType() : DataType.fromDDL(ddl);
  }

  /** Numbers of all kinds are one kind. */
  private static boolean castable(DataType found, DataType wanted) {
    return found.equals(wanted) || LosslessCast.isNumber(found) && LosslessCast.isNumber(wanted);
  }

  /** The types of columns, as text. */
  static Map<String, String> types(StructType rows, List<String> names) {
    Map<String, String> types = new LinkedHashMap<>();
    for (String name : names) {
      types.put(name, ddl(rows.apply(name).dataType()));
    }
    return types;
  }
}

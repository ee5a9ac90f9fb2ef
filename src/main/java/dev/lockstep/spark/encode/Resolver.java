package dev.lockstep.spark.encode;

import dev.lockstep.config.ConfigException;
import dev.lockstep.spark.encode.Group.Kind;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.prepare.Encode;
import dev.lockstep.spark.prepare.FeatureConfig;
import dev.lockstep.spark.prepare.Missing;
import dev.lockstep.spark.source.ImageColumn;
import dev.lockstep.spark.source.TokenColumn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Finds which columns become features, and how, from the data section and the columns' types. */
final class Resolver {
  private final Map<String, DataType> types = new LinkedHashMap<>();
  private final Map<String, List<Integer>> shapes = new LinkedHashMap<>();
  private final Set<String> fileNames = new HashSet<>();
  private final Map<String, TokenColumn> tokens = new LinkedHashMap<>();
  private final DataConfig data;
  private final List<String> problems = new ArrayList<>();
  private int aliases;

  private Resolver(DataConfig data, StructType schema) {
    this.data = data;
    for (StructField field : schema.fields()) {
      types.put(field.name(), field.dataType());
      shapes.put(field.name(), ImageColumn.shape(field));
      TokenColumn.told(field).ifPresent(told -> tokens.put(field.name(), told));
      if (ImageColumn.isFileName(field)) {
        fileNames.add(field.name());
      }
    }
  }

  /**
   * The groups, in the order of the run file.
   *
   * @param reserved columns that {@code "*"} does not mean: label, weight and the like
   * @throws ConfigException with every column that cannot be encoded as wanted
   */
  static List<Group> resolve(DataConfig data, StructType schema, Set<String> reserved) {
    return new Resolver(data, schema).resolve(reserved);
  }

  private List<Group> resolve(Set<String> reserved) {
    List<FeatureConfig> configs =
        data.features().isEmpty() ? List.of(FeatureConfig.DEFAULTS) : data.features();
    Set<String> named = new HashSet<>(reserved);
    named.addAll(data.ignore());
    named.addAll(fileNames);
    configs.forEach(config -> named.addAll(config.columns()));
    List<String> others =
        types.keySet().stream()
            .filter(name -> !named.contains(name) && !name.startsWith("__lockstep_"))
            .toList();
    List<Group> groups = new ArrayList<>();
    for (FeatureConfig config : configs) {
      List<String> columns = new ArrayList<>();
      for (String name : config.columns()) {
        if (data.ignore().contains(name)) {
          problems.add(
              "data.ignore names column %1$s, which data.features lists: take %1$s out of one of them"
                  .formatted(name));
        }
        columns.addAll(name.equals("*") ? others : List.of(name));
      }
      if (config.encode() == Encode.AUTO) {
        for (String name : tokens.keySet()) {
          if (columns.remove(name)) {
            groups.addAll(groups(FeatureConfig.ofTokens(name, tokens.get(name)), List.of(name)));
          }
        }
      }
      groups.addAll(groups(config, columns));
    }
    if (groups.isEmpty() && problems.isEmpty()) {
      problems.add("data: no column is left to make features of");
    }
    requireAlone(groups);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return groups;
  }

  /** Ids of tokens are places in one text: nothing else can stand among them. */
  private void requireAlone(List<Group> groups) {
    List<String> all =
        groups.stream().flatMap(g -> g.inputs().stream()).map(Input::column).toList();
    if (all.size() > 1 && groups.stream().anyMatch(group -> group.kind() == Kind.TEXT)) {
      problems.add(
          "data.features: encode = text_tokens takes one column, which must be the only one that"
              + " makes features, but there are "
              + String.join(", ", all)
              + ": leave the others out, or join texts in data.columns by concat_ws");
    }
  }

  private List<Group> groups(FeatureConfig config, List<String> columns) {
    Map<Kind, List<Input>> byKind = new LinkedHashMap<>();
    for (String column : columns) {
      if (!types.containsKey(column)) {
        problems.add("data.features: there is no column " + column);
        continue;
      }
      DataType type = types.get(column);
      Kind kind = kind(config.encode(), type);
      if (kind == null) {
        problems.add(refusal(config.encode(), column, type));
        continue;
      }
      byKind
          .computeIfAbsent(kind, k -> new ArrayList<>())
          .add(new Input(column, type, "__e" + aliases++, shape(config, column)));
    }
    List<Group> groups = new ArrayList<>();
    if (config.encode() == Encode.CROSS && byKind.size() == 2) {
      requireConstant(config, byKind.get(Kind.NUMBER));
      List<Input> all = new ArrayList<>(byKind.get(Kind.CATEGORY));
      all.addAll(byKind.get(Kind.NUMBER));
      groups.add(new Group(config, Encode.CROSS, Kind.CATEGORY, all));
      return groups;
    }
    byKind.forEach(
        (kind, inputs) -> {
          requireMissing(config, kind, inputs);
          inputs.stream()
              .collect(
                  Collectors.groupingBy(
                      input -> encode(config.encode(), kind, input),
                      LinkedHashMap::new,
                      Collectors.toList()))
              .forEach((encode, alike) -> groups.add(new Group(config, encode, kind, alike)));
        });
    return groups;
  }

  private static Encode encode(Encode wanted, Kind kind, Input input) {
    if (wanted != Encode.AUTO) {
      return wanted;
    }
    return switch (kind) {
      case NUMBER -> Encode.STANDARDIZE;
      case CATEGORY -> Encode.ONE_HOT;
      case VECTOR -> input.shape().isEmpty() ? Encode.NONE : Encode.PIXELS;
      case TEXT -> Encode.TEXT_TOKENS;
    };
  }

  /** What the run file or the source tells of the images of a column; empty if it holds none. */
  private List<Integer> shape(FeatureConfig config, String column) {
    List<Integer> told = shapes.get(column);
    List<Integer> shape = config.shape().isEmpty() ? told : config.shape();
    if (config.encode() != Encode.PIXELS) {
      return told;
    }
    if (shape.isEmpty()) {
      problems.add(
          "data.features: the source does not tell what images column %s holds: add shape ="
                  .formatted(column)
              + " [channels, height, width]");
    } else if (!told.isEmpty() && !told.equals(shape)) {
      problems.add(
          "data.features: shape is %s, the images of column %s are %s"
              .formatted(shape, column, told));
    }
    requireChannels("mean", config.mean(), shape);
    requireChannels("std", config.std(), shape);
    return shape;
  }

  private void requireChannels(String key, List<Double> numbers, List<Integer> shape) {
    if (!numbers.isEmpty() && !shape.isEmpty() && numbers.size() != shape.get(0)) {
      problems.add(
          "data.features: %s has %d numbers, must have one for each of %d channels"
              .formatted(key, numbers.size(), shape.get(0)));
    }
  }

  /** What a column of a type holds for an encoding; null if the two do not go together. */
  private static Kind kind(Encode encode, DataType type) {
    boolean number = type instanceof NumericType || type instanceof BooleanType;
    boolean text = type instanceof StringType;
    boolean vector = type.equals(SQLDataTypes.VectorType());
    return switch (encode) {
      case AUTO -> number ? Kind.NUMBER : text ? Kind.CATEGORY : vector ? Kind.VECTOR : null;
      case STANDARDIZE, SCALE, MIN_MAX, NONE -> number ? Kind.NUMBER : vector ? Kind.VECTOR : null;
      case PIXELS -> vector ? Kind.VECTOR : null;
      case BUCKET, POLYNOMIAL -> number ? Kind.NUMBER : null;
      case ONE_HOT, INDEX, HASH -> number || text ? Kind.CATEGORY : null;
      case CROSS -> number ? Kind.NUMBER : text ? Kind.CATEGORY : null;
      case TEXT_TOKENS -> text ? Kind.TEXT : null;
    };
  }

  private static String refusal(Encode encode, String column, DataType type) {
    String what = "data.features: column " + column + " is " + type.simpleString();
    if (encode == Encode.PIXELS) {
      return what + ", encode = pixels needs vectors, such as a source of format = images has";
    }
    if (encode == Encode.TEXT_TOKENS) {
      return what + ", encode = text_tokens needs text: cast it in data.columns";
    }
    boolean text = type instanceof StringType;
    if (text) {
      return "%s, encode = %s needs numbers: use one_hot, hash or index, or derive a number in"
              .formatted(what, encode.name().toLowerCase(java.util.Locale.ROOT))
          + " data.columns";
    }
    return what
        + ", which is no number, text or vector: derive a column from it in data.columns (for a"
        + " time, such as \"hour("
        + column
        + ")\"), or name it in data.ignore";
  }

  private void requireMissing(FeatureConfig config, Kind kind, List<Input> inputs) {
    Missing missing = config.missing();
    boolean fits =
        switch (kind) {
          case NUMBER -> true;
          case CATEGORY -> isCategory(missing, config.encode());
          case VECTOR, TEXT -> missing == Missing.AUTO;
        };
    if (!fits) {
      problems.add(
          "data.features: missing = %s does not go with column %s, which is taken as %s"
              .formatted(
                  missing.name().toLowerCase(java.util.Locale.ROOT),
                  inputs.get(0).column(),
                  taken(kind, config.encode())));
    }
    if (kind == Kind.NUMBER) {
      requireConstant(config, inputs);
    }
  }

  private static boolean isCategory(Missing missing, Encode encode) {
    boolean counted = missing == Missing.MOST_FREQUENT && encode == Encode.HASH;
    return missing != Missing.MEAN && missing != Missing.MEDIAN && !counted;
  }

  private static String taken(Kind kind, Encode encode) {
    return switch (kind) {
      case VECTOR -> "a vector";
      case TEXT -> "text";
      default -> encode == Encode.HASH ? "categories that are not counted" : "categories";
    };
  }

  /** What stands for missing numbers must be one. */
  private void requireConstant(FeatureConfig config, List<Input> numbers) {
    if (config.constant().isPresent()) {
      try {
        Double.parseDouble(config.constant().get());
      } catch (NumberFormatException e) {
        problems.add(
            "data.features: constant must be a number for column %s, is %s"
                .formatted(numbers.get(0).column(), config.constant().get()));
      }
    }
  }
}

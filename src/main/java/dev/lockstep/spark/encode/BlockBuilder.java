package dev.lockstep.spark.encode;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.Category;
import dev.lockstep.data.ChosenRowsException;
import dev.lockstep.data.DataException;
import dev.lockstep.spark.prepare.Moments;
import dev.lockstep.spark.prepare.PixelScaling;
import dev.lockstep.spark.prepare.TextTokens;
import dev.lockstep.spark.prepare.VectorMoments;
import dev.lockstep.spark.prepare.Vocabulary;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.FeatureHasher;
import org.apache.spark.ml.feature.Interaction;
import org.apache.spark.ml.feature.MinMaxScalerModel;
import org.apache.spark.ml.feature.PolynomialExpansion;
import org.apache.spark.ml.feature.StandardScalerModel;
import org.apache.spark.ml.linalg.Vectors;

/** Adds the stages and blocks of one group after another. */
final class BlockBuilder {
  private final PipelineBuilder pipeline;
  private final FeatureStatistics statistics;
  private boolean single;
  private int vocabulary;
  private final List<Category> categories = new ArrayList<>();

  BlockBuilder(PipelineBuilder pipeline, FeatureStatistics statistics) {
    this.pipeline = pipeline;
    this.statistics = statistics;
  }

  /** Whether some block is one number, not a vector. */
  boolean single() {
    return single;
  }

  /** How many ids there are if the features are ids of tokens; else 0. */
  int vocabulary() {
    return vocabulary;
  }

  /** Which features are numbers of categories. */
  List<Category> categories() {
    return List.copyOf(categories);
  }

  /** Adds a group; columns that it makes are named with the prefix. */
  void add(Group group, String prefix) {
    switch (group.encode()) {
      case STANDARDIZE, SCALE, MIN_MAX, NONE, AUTO -> {
        if (group.kind() == Group.Kind.VECTOR) {
          vectors(group);
        } else {
          numbers(group, prefix);
        }
      }
      case PIXELS -> group.inputs().forEach(input -> pixels(group, input));
      case BUCKET -> buckets(group);
      case ONE_HOT -> oneHot(group);
      case INDEX -> {
        for (Input input : group.inputs()) {
          List<String> known = pipeline.known(group, input);
          String column = pipeline.index(group, input, known);
          categories.add(new Category(pipeline.features(), input.column(), known.size() + 1));
          pipeline.block(column, List.of(input.column()));
          single = true;
        }
      }
      case HASH -> hash(group, prefix);
      case CROSS -> cross(group, prefix);
      case POLYNOMIAL -> polynomial(group, prefix);
      case TEXT_TOKENS -> tokens(group.config().text(), group.inputs().get(0));
    }
  }

  private void tokens(TextTokens text, Input input) {
    Vocabulary known = text.known(statistics.tokens(input));
    pipeline.stage(
        new TokenIds("lockstep" + input.alias()).with(text, known, input.column(), input.alias()));
    pipeline.block(input.alias(), FeatureNames.numbered(input.column(), text.length()));
    vocabulary = TextTokens.FIRST_KNOWN + known.tokens().size();
  }

  private void numbers(Group group, String prefix) {
    String raw = prefix + "raw";
    List<String> columns = imputed(group);
    pipeline.stage(PipelineBuilder.assembler(columns, raw));
    int d = columns.size();
    double[] means = new double[d];
    double[] deviations = new double[d];
    double[] mins = new double[d];
    double[] maxs = new double[d];
    for (int j = 0; j < d; j++) {
      Moments moments = statistics.numbers(group.inputs().get(j));
      means[j] = moments.mean();
      deviations[j] = moments.deviation();
      mins[j] = moments.min();
      maxs[j] = moments.max();
    }
    List<String> names = group.inputs().stream().map(Input::column).toList();
    Set<String> filled = new HashSet<>();
    for (Input input : group.inputs()) {
      if (statistics.numbers(input).missing() > 0) {
        filled.add(input.column());
      }
    }
    String scaled = scaled(group, raw, prefix, means, deviations, mins, maxs);
    pipeline.block(scaled, names, scaling(group), filled);
    absences(group);
  }

  private List<String> imputed(Group group) {
    return group.inputs().stream().map(input -> pipeline.number(group, input)).toList();
  }

  private void absences(Group group) {
    if (group.ownCategory()) {
      for (Input input : group.inputs()) {
        pipeline.block(
            pipeline.absence(input), List.of(input.column() + "=" + PipelineBuilder.OWN_CATEGORY));
        single = true;
      }
    }
  }

  private String scaled(
      Group group,
      String raw,
      String output,
      double[] means,
      double[] deviations,
      double[] mins,
      double[] maxs) {
    switch (group.encode()) {
      case STANDARDIZE, SCALE, POLYNOMIAL -> {
        StandardScalerModel scaler =
            new StandardScalerModel(
                    "lockstep" + output, Vectors.dense(deviations), Vectors.dense(means))
                .setInputCol(raw)
                .setOutputCol(output);
        scaler.set(scaler.withMean(), group.encode() != dev.lockstep.spark.prepare.Encode.SCALE);
        scaler.set(scaler.withStd(), true);
        pipeline.stage(scaler);
        return output;
      }
      case MIN_MAX -> {
        pipeline.stage(
            new MinMaxScalerModel("lockstep" + output, Vectors.dense(mins), Vectors.dense(maxs))
                .setInputCol(raw)
                .setOutputCol(output));
        return output;
      }
      default -> {
        return raw;
      }
    }
  }

  private void vectors(Group group) {
    for (Input input : group.inputs()) {
      VectorMoments moments = statistics.vectors(input);
      int size = Math.max(0, moments.size());
      String column =
          scaled(
              group,
              pipeline.vector(input, size),
              input.alias(),
              moments.means(),
              moments.deviations(),
              moments.mins(),
              moments.maxs());
      pipeline.block(column, FeatureNames.numbered(input.column(), size), scaling(group), Set.of());
    }
  }

  private void pixels(Group group, Input input) {
    List<String> names = FeatureNames.pixels(input.column(), input.shape());
    int size = statistics.vectors(input).size();
    if (size >= 0 && size != names.size()) {
      throw new DataException(
          "column %s has %d elements, images of shape %s have %d"
              .formatted(input.column(), size, input.shape(), names.size()));
    }
    String raw = pipeline.vector(input, names.size());
    PixelScaling scaling = group.scaling(input);
    StandardScalerModel scaler =
        new StandardScalerModel(
                "lockstep" + input.alias(),
                Vectors.dense(scaling.deviations()),
                Vectors.dense(scaling.means()))
            .setInputCol(raw)
            .setOutputCol(input.alias());
    scaler.set(scaler.withMean(), scaling.isCentred());
    scaler.set(scaler.withStd(), true);
    pipeline.stage(scaler);
    pipeline.block(input.alias(), names);
  }

  private static FeatureBlock.Scaling scaling(Group group) {
    return switch (group.encode()) {
      case STANDARDIZE -> FeatureBlock.Scaling.STANDARDIZED;
      case SCALE -> FeatureBlock.Scaling.DIVIDED;
      default -> FeatureBlock.Scaling.NONE;
    };
  }

  private void buckets(Group group) {
    for (Input input : group.inputs()) {
      double[] splits = statistics.splits(group.config(), input);
      String column = pipeline.buckets(group, input, splits);
      pipeline.block(column, FeatureNames.buckets(input.column(), splits, group.ownCategory()));
    }
  }

  private void oneHot(Group group) {
    for (Input input : group.inputs()) {
      List<String> known = pipeline.known(group, input);
      List<String> categories =
          group.config().dropFirst()
              ? known.subList(Math.min(1, known.size()), known.size())
              : known;
      if (categories.isEmpty()) {
        throw new ChosenRowsException(
            "data.features: column %s has %s in the training rows and makes no feature: name it in"
                    .formatted(
                        input.column(), known.isEmpty() ? "no value" : "one value only, dropped")
                + " data.ignore");
      }
      String column = pipeline.oneHot(group, input, categories);
      pipeline.block(column, FeatureNames.categories(input.column(), categories));
    }
  }

  private void hash(Group group, String prefix) {
    String[] columns =
        group.inputs().stream().map(i -> pipeline.text(group, i)).toArray(String[]::new);
    int buckets = group.config().buckets();
    pipeline.stage(
        new FeatureHasher("lockstep" + prefix)
            .setInputCols(columns)
            .setNumFeatures(buckets)
            .setOutputCol(prefix));
    pipeline.block(prefix, FeatureNames.numbered(FeatureNames.hashed(group), buckets));
  }

  private void cross(Group group, String prefix) {
    if (group.inputs().size() < 2) {
      throw new ConfigException(
          "data.features: encode = cross needs at least two columns, has "
              + group.inputs().get(0).column());
    }
    List<String> columns = new ArrayList<>();
    List<List<String>> names = new ArrayList<>();
    for (Input input : group.inputs()) {
      if (FeatureStatistics.isNumber(group, input)) {
        columns.add(pipeline.number(group, input));
        names.add(List.of(input.column()));
      } else {
        List<String> known = pipeline.known(group, input);
        columns.add(pipeline.oneHot(group, input, known));
        names.add(FeatureNames.categories(input.column(), known));
      }
    }
    Transformer cross =
        new Interaction("lockstep" + prefix)
            .setInputCols(columns.toArray(String[]::new))
            .setOutputCol(prefix);
    pipeline.stage(cross);
    pipeline.block(prefix, FeatureNames.products(names));
  }

  private void polynomial(Group group, String prefix) {
    String raw = prefix + "raw";
    List<String> columns = imputed(group);
    pipeline.stage(PipelineBuilder.assembler(columns, raw));
    double[] means = new double[columns.size()];
    double[] deviations = new double[columns.size()];
    for (int j = 0; j < means.length; j++) {
      Moments moments = statistics.numbers(group.inputs().get(j));
      means[j] = moments.mean();
      deviations[j] = moments.deviation();
    }
    String scaled = scaled(group, raw, prefix + "z", means, deviations, means, means);
    int degree = group.config().degree();
    PolynomialExpansion expansion = new PolynomialExpansion("lockstep" + prefix);
    expansion.setDegree(degree).setInputCol(scaled).setOutputCol(prefix);
    pipeline.stage(expansion);
    List<String> names = group.inputs().stream().map(Input::column).toList();
    List<String> products = FeatureNames.polynomial(names, degree);
    pipeline.sizeHint(prefix, products.size());
    pipeline.block(prefix, products);
    absences(group);
  }
}

package dev.lockstep.spark.encode;

import dev.lockstep.data.Category;
import dev.lockstep.spark.prepare.Categories;
import dev.lockstep.spark.prepare.Missing;
import dev.lockstep.train.ScaledRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.Bucketizer;
import org.apache.spark.ml.feature.ImputerModel;
import org.apache.spark.ml.feature.OneHotEncoderModel;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.feature.VectorSizeHint;

/**
 * Builds the pipeline from statistics: one stage of each kind for all columns that need it, so that
 * a hundred columns do not make a hundred stages.
 *
 * <pre>
 * SQLTransformer      columns under safe names, as doubles or text; own categories filled in
 * ImputerModel        numbers
 * Bucketizer          numbers into buckets
 * StringIndexerModel  categories into indices; unseen ones get the next index
 * OneHotEncoderModel  indices into vectors; the next index, which is dropped, is all zero
 * a block per group   VectorAssembler and a scaler, FeatureHasher, Interaction, PolynomialExpansion,
 *                     TokenIds
 * VectorAssembler     the blocks, if more than one
 * </pre>
 */
final class PipelineBuilder {
  /** The category of missing values. */
  static final String OWN_CATEGORY = "(missing)";

  /** What ImputerModel replaces beside null: a number that data does not have, as NaN is no gap. */
  private static final double NO_SENTINEL = Double.MIN_VALUE;

  /** More names than this are not kept: features are then named by their number. */
  private static final int MOST_NAMES = 1 << 17;

  private final List<Group> groups;
  private final FeatureStatistics statistics;
  private final List<String> projections = new ArrayList<>();
  private final Map<String, Double> surrogates = new LinkedHashMap<>();
  private final Map<String, double[]> bounds = new LinkedHashMap<>();
  private final Map<String, List<String>> indexed = new LinkedHashMap<>();
  private final Map<String, Integer> oneHot = new LinkedHashMap<>();
  private final List<Transformer> blockStages = new ArrayList<>();
  private final List<FeatureBlock> blocks = new ArrayList<>();

  /**
   * The result.
   *
   * @param pipeline the stages
   * @param column the vector column of all features
   * @param names their names, empty if there are none
   * @param features how many there are
   * @param scaled which of them are divided by a deviation
   * @param vocabulary how many ids there are if they are ids of tokens, else 0
   * @param categories which of them are numbers of categories
   */
  record Built(
      PipelineModel pipeline,
      String column,
      List<String> names,
      int features,
      List<ScaledRange> scaled,
      int vocabulary,
      List<Category> categories) {}

  PipelineBuilder(List<Group> groups, FeatureStatistics statistics) {
    this.groups = groups;
    this.statistics = statistics;
  }

  Built build() {
    BlockBuilder builder = new BlockBuilder(this, statistics);
    for (int g = 0; g < groups.size(); g++) {
      builder.add(groups.get(g), "__g" + g);
    }
    List<Transformer> stages = new ArrayList<>();
    addColumnStages(stages);
    stages.addAll(blockStages);
    String column = blocks.get(0).column();
    if (blocks.size() > 1 || builder.single()) {
      column = "__lockstep_features";
      stages.add(assembler(blocks.stream().map(FeatureBlock::column).toList(), column));
    }
    List<String> names = new ArrayList<>();
    blocks.forEach(block -> names.addAll(block.names()));
    PipelineModel pipeline =
        new PipelineModel("lockstep_encoding", stages.toArray(Transformer[]::new));
    return new Built(
        pipeline,
        column,
        names.size() > MOST_NAMES ? List.of() : names,
        names.size(),
        FeatureBlock.scaled(blocks),
        builder.vocabulary(),
        builder.categories());
  }

  private void addColumnStages(List<Transformer> stages) {
    if (!projections.isEmpty()) {
      stages.add(
          new SQLTransformer("lockstep_columns")
              .setStatement("SELECT *, " + String.join(", ", projections) + " FROM __THIS__"));
    }
    if (!surrogates.isEmpty()) {
      stages.add(imputer());
    }
    if (!bounds.isEmpty()) {
      stages.add(
          new Bucketizer("lockstep_buckets")
              .setInputCols(names(bounds))
              .setOutputCols(suffixed(bounds, "b"))
              .setSplitsArray(bounds.values().toArray(double[][]::new))
              .setHandleInvalid("keep"));
      stages.add(withoutMetadata());
    }
    if (!indexed.isEmpty()) {
      String[][] labels =
          indexed.values().stream().map(l -> l.toArray(String[]::new)).toArray(String[][]::new);
      stages.add(
          new StringIndexerModel("lockstep_indices", labels)
              .setInputCols(names(indexed))
              .setOutputCols(suffixed(indexed, "i"))
              .setHandleInvalid("keep"));
    }
    if (!oneHot.isEmpty()) {
      int[] sizes = oneHot.values().stream().mapToInt(size -> size + 1).toArray();
      stages.add(
          new OneHotEncoderModel("lockstep_one_hot", sizes)
              .setInputCols(suffixed(oneHot, "i"))
              .setOutputCols(suffixed(oneHot, "v"))
              .setDropLast(true)
              .setHandleInvalid("error"));
    }
  }

  /** Bucketizer writes the number of its buckets to a column, but not the one of missing values. */
  private SQLTransformer withoutMetadata() {
    List<String> plain =
        bounds.keySet().stream().map(name -> name + "b + 0D AS " + name + "i").toList();
    return new SQLTransformer("lockstep_bucket_indices")
        .setStatement("SELECT *, " + String.join(", ", plain) + " FROM __THIS__");
  }

  private static String[] names(Map<String, ?> columns) {
    return columns.keySet().toArray(String[]::new);
  }

  private static String[] suffixed(Map<String, ?> columns, String suffix) {
    return columns.keySet().stream().map(name -> name + suffix).toArray(String[]::new);
  }

  private ImputerModel imputer() {
    double[] values = surrogates.values().stream().mapToDouble(Double::doubleValue).toArray();
    ImputerModel imputer =
        new ImputerModel("lockstep_missing", names(surrogates), values)
            .setInputCols(names(surrogates))
            .setOutputCols(suffixed(surrogates, "n"));
    imputer.set(imputer.missingValue(), NO_SENTINEL);
    return imputer;
  }

  /** A stage that joins columns into a vector. */
  static VectorAssembler assembler(List<String> columns, String output) {
    return new VectorAssembler("lockstep" + output)
        .setInputCols(columns.toArray(String[]::new))
        .setOutputCol(output);
  }

  /** Adds a stage of a group. */
  void stage(Transformer stage) {
    blockStages.add(stage);
  }

  /** Tells later stages the size of a vector, and refuses others. */
  void sizeHint(String column, int size) {
    VectorSizeHint hint = new VectorSizeHint("lockstep_size" + column);
    hint.setInputCol(column).setSize(size).setHandleInvalid("error");
    blockStages.add(hint);
  }

  /** A vector column of a size, under a name that stages can read; that name. */
  String vector(Input input, int size) {
    String column = input.isReadable() ? input.column() : input.alias() + Input.RENAMED;
    if (!input.isReadable()) {
      projections.add(input.renamed(column));
    }
    sizeHint(column, size);
    return column;
  }

  /** How many features there are so far. */
  int features() {
    return blocks.stream().mapToInt(block -> block.names().size()).sum();
  }

  /** Adds a column of features. */
  void block(String column, List<String> names) {
    blocks.add(new FeatureBlock(column, names, FeatureBlock.Scaling.NONE, Set.of()));
  }

  /** Adds a column of features that mean and deviation of the given values have changed. */
  void block(String column, List<String> names, FeatureBlock.Scaling scaling, Set<String> filled) {
    blocks.add(new FeatureBlock(column, names, scaling, filled));
  }

  /** A number without missing values; the column's name. */
  String number(Group group, Input input) {
    projections.add(input.number() + " AS " + input.alias());
    surrogates.put(input.alias(), group.surrogate(statistics.numbers(input)));
    return input.alias() + "n";
  }

  /** A column that is 1 where the number is missing; its name. */
  String absence(Input input) {
    String name = input.alias() + "m";
    projections.add(input.absence() + " AS " + name);
    return name;
  }

  /** Buckets of a number, one-hot; the column's name. */
  String buckets(Group group, Input input, double[] splits) {
    String number;
    int own = group.ownCategory() ? 1 : 0;
    if (own == 1) {
      number = input.alias() + "n";
      projections.add("coalesce(" + input.number() + ", double('NaN')) AS " + number);
    } else {
      number = number(group, input);
    }
    bounds.put(number, splits);
    oneHot.put(number, splits.length - 1 + own);
    return number + "v";
  }

  /** Categories as text, without missing values; the column's name. */
  String category(Group group, Input input) {
    return filled(
        input,
        group.filling().or(() -> statistics.categories(input).byFrequency().stream().findFirst()));
  }

  private String filled(Input input, Optional<String> filling) {
    String text = input.category();
    String known =
        filling.map(it -> "coalesce(" + text + ", " + Input.literal(it) + ")").orElse(text);
    projections.add(known + " AS " + input.alias());
    return input.alias();
  }

  /** Text to be hashed: missing values hash to nothing, unless the user says what they are. */
  String text(Group group, Input input) {
    return filled(input, group.filling().filter(it -> group.config().missing() != Missing.AUTO));
  }

  /** The categories of an input in the order of their indices. */
  List<String> known(Group group, Input input) {
    Categories found = statistics.categories(input);
    if (found.missing() == 0) {
      return found.byFrequency();
    }
    Categories filled = new Categories().merge(found);
    group.filling().ifPresent(it -> filled.add(it, found.missing()));
    return filled.byFrequency();
  }

  /** The index of a category; the column's name. */
  String index(Group group, Input input, List<String> categories) {
    String text = category(group, input);
    indexed.put(text, categories);
    return text + "i";
  }

  /** The one-hot vector of a category; the column's name. */
  String oneHot(Group group, Input input, List<String> categories) {
    index(group, input, categories);
    oneHot.put(input.alias(), categories.size());
    return input.alias() + "v";
  }
}

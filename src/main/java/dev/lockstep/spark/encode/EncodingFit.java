package dev.lockstep.spark.encode;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.Augmentation;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.encode.Group.Kind;
import dev.lockstep.spark.prepare.Augment;
import dev.lockstep.spark.prepare.Categories;
import dev.lockstep.spark.prepare.ClassWeights;
import dev.lockstep.spark.prepare.Columns;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.prepare.Encode;
import dev.lockstep.spark.prepare.Preparation;
import dev.lockstep.spark.prepare.Statistics;
import dev.lockstep.spark.prepare.StatisticsRequest;
import dev.lockstep.spark.source.Identity;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Makes an encoding from the training rows: one round of statistics, then models built from it. */
public final class EncodingFit {
  private final Preparation preparation;
  private final DataConfig data;
  private final Task task;
  private final boolean classes;
  private final List<Group> groups;
  private final FeatureStatistics features;
  private final boolean someUnlabelled;

  private EncodingFit(Preparation preparation, DataConfig data, Task task, boolean someUnlabelled) {
    this.someUnlabelled = someUnlabelled;
    this.preparation = preparation;
    this.data = data;
    this.task = task;
    this.classes = Labels.areClasses(task, data.label());
    Set<String> reserved = new LinkedHashSet<>(Columns.roles(data));
    reserved.addAll(Columns.labelSources(data));
    this.groups = Resolver.resolve(data, preparation.schema(), reserved);
    this.features = new FeatureStatistics(groups);
    requireImages();
  }

  private void requireImages() {
    boolean pixels = isOneVector() && groups.get(0).encode() == Encode.PIXELS;
    if (!pixels && !data.augment().equals(Augment.DEFAULTS)) {
      throw new ConfigException(
          "data.augment flips and shifts images, but the features are not the pixels of one image:"
              + " read a source of format = images, encode a column by encode = pixels with its"
              + " shape, or leave data.augment out");
    }
    List<Integer> shape = pixels ? groups.get(0).inputs().get(0).shape() : List.of();
    shape.stream()
        .skip(1)
        .min(Integer::compare)
        .filter(side -> data.augment().shift() >= side)
        .ifPresent(
            side -> {
              throw new ConfigException(
                  "data.augment.shift is %d, which moves images of shape %s out of sight: it must be below %d"
                      .formatted(data.augment().shift(), shape, side));
            });
  }

  /**
   * Resolves which columns are encoded how; reads no rows yet.
   *
   * @param task what the label is, which the model's loss says
   * @throws dev.lockstep.config.ConfigException if a column cannot be encoded as wanted
   */
  public static EncodingFit of(Preparation preparation, DataConfig data, Task task) {
    return of(preparation, data, task, false);
  }

  /**
   * The same for rows that a teacher knows.
   *
   * @param taught whether training rows may have no label
   */
  public static EncodingFit of(
      Preparation preparation, DataConfig data, Task task, boolean taught) {
    boolean some =
        taught
            && data.label().stream()
                .anyMatch(label -> preparation.schema().apply(label).nullable());
    return new EncodingFit(preparation, data, task, some);
  }

  /**
   * Fits an encoding on the training rows; checks the numbers, labels, weights and offsets of all
   * rows.
   *
   * @param task what the label is, which the model's loss says
   * @throws dev.lockstep.config.ConfigException if a column cannot be encoded as wanted
   * @throws dev.lockstep.data.DataException if a value or label cannot be used
   */
  public static Encoding fit(Preparation preparation, DataConfig data, Task task) {
    return of(preparation, data, task).fit();
  }

  /** The same for resolved columns. */
  public Encoding fit() {
    return fit(Columns.col(Columns.SPLIT));
  }

  /**
   * The same on the training rows that a member trains on.
   *
   * @param heldOut the code of what it holds out, whose folds the rows have
   */
  public Encoding fitWithout(int heldOut) {
    int byteAt = HeldOut.repeat(heldOut) + 1;
    Column fold = functions.expr("ascii(substring(%s, %d, 1))".formatted(Columns.FOLDS, byteAt));
    Column train = Columns.col(Columns.SPLIT).equalTo(Split.TRAIN.ordinal());
    return fit(
        functions
            .when(
                train.and(
                    fold.between(HeldOut.firstExcluded(heldOut), HeldOut.lastExcluded(heldOut))),
                functions.lit(Split.VALIDATION.ordinal()))
            .otherwise(Columns.col(Columns.SPLIT))
            .as(Columns.SPLIT));
  }

  private Encoding fit(Column split) {
    Dataset<Row> rows = preparation.rows().select(columns(split).toArray(Column[]::new));
    return encoding(Statistics.read(rows, request(), preparation.names()));
  }

  /**
   * The encoding that statistics of the training rows make.
   *
   * @throws dev.lockstep.data.DataException if they cannot be encoded, or labels do not fit
   */
  public Encoding encoding(Statistics statistics) {
    features.take(statistics);
    List<String> names = List.of();
    List<Double> weights = List.of();
    if (classes) {
      Categories train = statistics.labels().get(0);
      names =
          someUnlabelled
              ? Labels.sorted(train.counts().keySet()) // the teacher knows the others
              : Labels.classes(data.label().get(0), task, train, statistics.otherLabels().get(0));
      if (!data.classWeight().equals(ClassWeights.NONE)) {
        Categories others = statistics.otherLabels().get(0);
        weights = Labels.weights(data.classWeight(), names, train, others, someUnlabelled);
      }
    }
    return encoding(names, weights);
  }

  private Encoding encoding(List<String> classNames, List<Double> weights) {
    List<String> inputs =
        groups.stream().flatMap(g -> g.inputs().stream()).map(Input::column).distinct().toList();
    PipelineBuilder.Built built =
        passesThrough() && groups.get(0).encode() == Encode.NONE
            ? passed(groups.get(0).inputs().get(0), features)
            : new PipelineBuilder(groups, features).build();
    Schema schema =
        new Schema(
            built.names(),
            built.features(),
            data.label(),
            classNames,
            weights,
            shape(built),
            built.vocabulary(),
            built.categories(),
            augmentation());
    Description description =
        new Description(
            ColumnMatch.types(preparation.schema(), inputs),
            FeatureSettings.of(groups),
            built.column(),
            data.weight(),
            data.offset(),
            task,
            schema);
    return new Encoding(description, built.pipeline(), built.scaled(), someUnlabelled);
  }

  /**
   * Whether the features are one vector column, as it is or scaled by numbers of the run file:
   * statistics then decide no feature.
   */
  public boolean passesThrough() {
    Encode encode = groups.get(0).encode();
    return isOneVector() && (encode == Encode.NONE || encode == Encode.PIXELS);
  }

  /** Whether training rows may have no label. */
  public boolean someUnlabelled() {
    return someUnlabelled;
  }

  private boolean isOneVector() {
    return groups.size() == 1
        && groups.get(0).kind() == Kind.VECTOR
        && groups.get(0).inputs().size() == 1;
  }

  /** The shape of the features, if they are the pixels of one image. */
  private List<Integer> shape(PipelineBuilder.Built built) {
    List<Integer> shape = isOneVector() ? groups.get(0).inputs().get(0).shape() : List.of();
    return built.features() == 0 ? List.of() : shape;
  }

  private Augmentation augmentation() {
    Augment wanted = data.augment();
    if (wanted.equals(Augment.DEFAULTS)) {
      return Augmentation.NONE;
    }
    List<Float> blank = groups.get(0).scaling(groups.get(0).inputs().get(0)).blank();
    return new Augmentation(wanted.horizontalFlip(), wanted.shift(), blank);
  }

  private static PipelineBuilder.Built passed(Input input, FeatureStatistics features) {
    PipelineModel none = new PipelineModel("lockstep_encoding", new Transformer[0]);
    int size = Math.max(0, features.vectors(input).size());
    return new PipelineBuilder.Built(
        none, input.column(), List.of(), size, List.of(), 0, List.of());
  }

  /** What is asked of the rows. */
  public StatisticsRequest request() {
    return new StatisticsRequest(
        data.label(),
        classes,
        task == Task.COUNTS,
        someUnlabelled,
        data.weight().orElse(""),
        data.offset().orElse(""),
        features.numberRequests(),
        features.categoryRequests(),
        features.vectorRequests(),
        features.textRequests());
  }

  /**
   * The columns that the request reads, of dealt or keyed rows.
   *
   * @param split the first of them
   */
  public List<Column> columns(Column split) {
    StructType schema = preparation.schema();
    List<Column> columns = new ArrayList<>(List.of(split));
    for (String name : List.of(Columns.PART, Identity.FILE, Identity.POSITION)) {
      columns.add(Columns.col(name));
    }
    for (String label : data.label()) {
      columns.add(
          classes
              ? Labels.className(label, schema.apply(label).dataType())
              : RoleNumber.label(label).as(DataTypes.DoubleType, schema));
    }
    columns.addAll(extras(DataTypes.DoubleType));
    columns.addAll(features.columns());
    return columns;
  }

  /** Labels unless they are classes, weight and offset where present, as blocks hold them. */
  public List<Column> floats() {
    List<Column> columns = new ArrayList<>();
    for (String label : classes ? List.<String>of() : data.label()) {
      columns.add(RoleNumber.label(label).as(DataTypes.FloatType, preparation.schema()));
    }
    columns.addAll(extras(DataTypes.FloatType));
    return columns;
  }

  /** Weight and offset where present. */
  private List<Column> extras(DataType type) {
    return Stream.of(data.weight().map(RoleNumber::weight), data.offset().map(RoleNumber::offset))
        .flatMap(Optional::stream)
        .map(number -> number.as(type, preparation.schema()))
        .toList();
  }
}

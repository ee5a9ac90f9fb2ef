package dev.lockstep.spark.encode;

import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.encode.Group.Kind;
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
import java.util.Set;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Makes an encoding from the training rows: one round of statistics, then models built from it. */
public final class EncodingFit {
  private final Preparation preparation;
  private final DataConfig data;
  private final Task task;
  private final boolean classes;

  private EncodingFit(Preparation preparation, DataConfig data, Task task) {
    this.preparation = preparation;
    this.data = data;
    this.task = task;
    this.classes = Labels.areClasses(task, data.label());
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
    return new EncodingFit(preparation, data, task).fit();
  }

  private Encoding fit() {
    Dataset<Row> rows = preparation.rows();
    Set<String> reserved = new LinkedHashSet<>(Columns.roles(data));
    reserved.addAll(Columns.labelSources(data));
    List<Group> groups = Resolver.resolve(data, rows.schema(), reserved);
    FeatureStatistics features = new FeatureStatistics(groups);
    StatisticsRequest request = request(features);
    Statistics statistics =
        Statistics.read(rows.select(columns(features)), request, preparation.names());
    features.take(statistics);
    List<String> names = List.of();
    List<Double> weights = List.of();
    if (classes) {
      Categories train = statistics.labels().get(0);
      names = Labels.classes(data.label().get(0), task, train, statistics.otherLabels().get(0));
      if (!data.classWeight().equals(ClassWeights.NONE)) {
        weights = Labels.weights(data.classWeight(), names, train);
      }
    }
    return encoding(groups, features, names, weights);
  }

  private Encoding encoding(
      List<Group> groups,
      FeatureStatistics features,
      List<String> classNames,
      List<Double> weights) {
    List<String> inputs =
        groups.stream().flatMap(g -> g.inputs().stream()).map(Input::column).distinct().toList();
    PipelineBuilder.Built built =
        passesThrough(groups)
            ? passed(groups.get(0).inputs().get(0), features)
            : new PipelineBuilder(groups, features).build();
    Schema schema = new Schema(built.names(), built.features(), data.label(), classNames, weights);
    Description description =
        new Description(
            ColumnMatch.types(preparation.rows(), inputs),
            built.column(),
            data.weight(),
            data.offset(),
            task,
            schema);
    return new Encoding(description, built.pipeline());
  }

  /** Whether the features are one vector column, as it is. */
  private static boolean passesThrough(List<Group> groups) {
    return groups.size() == 1
        && groups.get(0).kind() == Kind.VECTOR
        && groups.get(0).encode() == Encode.NONE
        && groups.get(0).inputs().size() == 1;
  }

  private static PipelineBuilder.Built passed(Input input, FeatureStatistics features) {
    PipelineModel none = new PipelineModel("lockstep_encoding", new Transformer[0]);
    int size = Math.max(0, features.vectors(input).size());
    return new PipelineBuilder.Built(none, input.column(), List.of(), size);
  }

  private StatisticsRequest request(FeatureStatistics features) {
    return new StatisticsRequest(
        data.label(),
        classes,
        task == Task.COUNTS,
        data.weight().orElse(""),
        data.offset().orElse(""),
        features.numberRequests(),
        features.categoryRequests(),
        features.vectorRequests());
  }

  private Column[] columns(FeatureStatistics features) {
    Dataset<Row> rows = preparation.rows();
    List<Column> columns = new ArrayList<>();
    for (String name : List.of(Columns.SPLIT, Columns.PART, Identity.FILE, Identity.POSITION)) {
      columns.add(Columns.col(name));
    }
    for (String label : data.label()) {
      columns.add(
          classes
              ? Labels.className(label, rows.schema().apply(label).dataType())
              : Columns.number(label));
    }
    data.weight().ifPresent(name -> columns.add(Columns.number(name)));
    data.offset().ifPresent(name -> columns.add(Columns.number(name)));
    columns.addAll(features.columns());
    return columns.toArray(Column[]::new);
  }
}

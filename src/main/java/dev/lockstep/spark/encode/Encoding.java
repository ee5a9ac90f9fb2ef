package dev.lockstep.spark.encode;

import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import dev.lockstep.spark.prepare.Columns;
import dev.lockstep.spark.prepare.Failures;
import dev.lockstep.spark.source.ColumnType;
import dev.lockstep.train.ScaledRange;
import dev.lockstep.train.store.StorageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;

/**
 * How rows become features, labels, weights and offsets: a Spark ML pipeline of models built from
 * our own statistics of the training rows, and what belongs to it. {@link EncodingFit} makes one;
 * it goes with the trained model, so that prediction sees exactly what training saw.
 */
public final class Encoding {
  private final Description description;
  private final PipelineModel pipeline;
  private final List<ScaledRange> scaled;
  private final boolean someUnlabelled;

  Encoding(
      Description description,
      PipelineModel pipeline,
      List<ScaledRange> scaled,
      boolean someUnlabelled) {
    this.someUnlabelled = someUnlabelled;
    this.description = description;
    this.pipeline = pipeline;
    this.scaled = List.copyOf(scaled);
  }

  /**
   * The features that were divided by their deviation over the rows of the fit; known where the
   * encoding was fit, not where it was loaded.
   */
  public List<ScaledRange> scaled() {
    return scaled;
  }

  /** What encoded rows look like. */
  public Schema schema() {
    return description.schema();
  }

  Description description() {
    return description;
  }

  /** The stages that make the features. */
  public PipelineModel pipeline() {
    return pipeline;
  }

  /**
   * What cuts texts into the tokens whose ids are the features; empty where features are others.
   */
  public Optional<TokenIds> tokens() {
    return Arrays.stream(pipeline.stages())
        .filter(TokenIds.class::isInstance)
        .map(TokenIds.class::cast)
        .findFirst();
  }

  /** The columns that features are made of, with their Spark SQL types. */
  public Map<String, String> inputs() {
    return description.inputs();
  }

  /** The types that columns of a text format had in training, as far as they are known. */
  public Map<String, ColumnType> types() {
    return ColumnMatch.ofTraining(description, true, true);
  }

  /** The column that is added to the score, if the model was trained with one. */
  public Optional<String> offset() {
    return description.offset();
  }

  /** Everything but the pipeline, as JSON. */
  public String toJson() {
    return description.toJson();
  }

  /**
   * Encodes dealt rows, partition by partition, in their order. Training rows of a teacher's
   * student that have no label get NaN. Numbers may be of other types than those of the fit, if it
   * is that of another training.
   *
   * @param dealt the columns of training, {@link Columns#SPLIT} and the identity
   * @return the columns of {@link EncodedColumns}
   */
  public Dataset<Row> encode(Dataset<Row> dealt) {
    Dataset<Row> rows = ColumnMatch.cast(dealt, description.inputs());
    return select(transform(rows), rows, true, List.of());
  }

  /**
   * Looks for a row with a feature that is not finite, such as a product that overflows; reads all
   * rows, so it is asked only when there is one.
   *
   * @param dealt as {@link #encode} has them
   * @throws RuntimeException of the job, whose cause names row and feature
   */
  public long requireFinite(Dataset<Row> dealt) {
    Column features = Columns.col(description.featuresColumn());
    return transform(ColumnMatch.cast(dealt, description.inputs()))
        .filter(FiniteCheck.features(schema(), features, RowPlace.of(dealt)))
        .count();
  }

  /**
   * Encodes rows of any source, matched by name; features that are not finite are errors.
   *
   * @param rows columns of any order, and the identity
   * @param labelled whether labels are needed; else they are empty
   * @param kept columns that are handed through, before the encoded ones
   * @return the kept columns, then those of {@link EncodedColumns}, all rows as test rows
   * @throws dev.lockstep.data.DataException if columns are missing or of other types
   */
  public Dataset<Row> encodeOther(Dataset<Row> rows, boolean labelled, List<String> kept) {
    Dataset<Row> matched =
        ofTrainedSizes(ColumnMatch.cast(rows, description, labelled))
            .withColumn(Columns.SPLIT, functions.lit(Split.TEST.ordinal()));
    Column finite =
        FiniteCheck.features(
            schema(), Columns.col(description.featuresColumn()), RowPlace.of(matched));
    return select(transform(matched).filter(finite), matched, labelled, kept);
  }

  /** Before a stage of the pipeline would tell of another size without the row. */
  private Dataset<Row> ofTrainedSizes(Dataset<Row> rows) {
    Map<String, Integer> sizes = StageContent.vectorSizes(pipeline);
    sizes.keySet().retainAll(description.inputs().keySet());
    Dataset<Row> checked = rows;
    for (Map.Entry<String, Integer> size : sizes.entrySet()) {
      checked =
          checked.filter(FiniteCheck.elements(size.getKey(), size.getValue(), RowPlace.of(rows)));
    }
    return checked;
  }

  private Dataset<Row> transform(Dataset<Row> rows) {
    return Failures.explained(() -> pipeline.transform(rows));
  }

  private Dataset<Row> select(
      Dataset<Row> transformed, Dataset<Row> rows, boolean labelled, List<String> kept) {
    List<Column> columns = new ArrayList<>();
    kept.forEach(name -> columns.add(Columns.col(name)));
    columns.add(Columns.col(Columns.SPLIT));
    columns.add(Columns.col(description.featuresColumn()).as(EncodedColumns.FEATURES));
    Column labels = labelled ? labels(rows) : functions.array().cast("array<float>");
    columns.add(labels.as(EncodedColumns.LABELS));
    columns.add(
        description
            .weight()
            .filter(name -> labelled)
            .map(name -> Columns.col(name).cast("float"))
            .orElse(functions.lit(1f))
            .as(EncodedColumns.WEIGHT));
    columns.add(
        description
            .offset()
            .map(name -> Columns.col(name).cast("float"))
            .orElse(functions.lit(0f))
            .as(EncodedColumns.OFFSET));
    if (Arrays.asList(rows.columns()).contains(Columns.FOLDS)) {
      columns.add(Columns.col(Columns.FOLDS));
    }
    return transformed.select(columns.toArray(Column[]::new));
  }

  private Column labels(Dataset<Row> rows) {
    List<String> names = schema().labelNames();
    if (schema().classes().isEmpty()) {
      return functions.array(
          names.stream()
              .map(name -> orNone(Columns.col(name), Columns.col(name).cast("float")))
              .toArray(Column[]::new));
    }
    String label = names.get(0);
    DataType type = rows.schema().apply(label).dataType();
    Column index =
        Labels.index(label, schema().classes(), Labels.className(label, type), RowPlace.of(rows));
    return functions.array(orNone(Columns.col(label), index));
  }

  /** NaN for training rows that may have no label, and have none. */
  private Column orNone(Column label, Column value) {
    Column train = Columns.col(Columns.SPLIT).equalTo(Split.TRAIN.ordinal());
    return someUnlabelled
        ? functions.when(label.isNull().and(train), functions.lit(Float.NaN)).otherwise(value)
        : value;
  }

  /**
   * Puts a pipeline and its JSON together again.
   *
   * @param json of {@link #toJson}
   * @param pipeline of {@link #pipeline}
   */
  public static Encoding of(String json, PipelineModel pipeline) {
    return new Encoding(Description.parse(json), pipeline, List.of(), false);
  }

  /** What rows look like that the encoding of a JSON makes. */
  public static Schema schema(String json) {
    return Description.parse(json).schema();
  }

  /**
   * The encoding of a trained model in place of this one, which was fit on the run's own rows: the
   * other's numbers and categories, this one's weights and offset.
   *
   * @param fixed whether this one's features are made already, by numbers of the run file
   * @throws dev.lockstep.config.ConfigException if rows do not fit it
   */
  public Encoding through(GivenEncoding given, boolean fixed) {
    new EncodingMatch(description, pipeline, given).require(fixed);
    Encoding other = given.encoding();
    return new Encoding(
        description.read(
            given.features() ? other.description : description,
            given.labels() ? other.description : description),
        fixed || !given.features() ? pipeline : other.pipeline,
        given.features() ? List.of() : scaled,
        someUnlabelled);
  }

  /** Whether both make the same features of a row. */
  public boolean sameFeatures(Encoding other) {
    return ColumnMatch.differing(description.inputs(), other.description.inputs()).isEmpty()
        && StageContent.of(pipeline).equals(StageContent.of(other.pipeline));
  }

  /**
   * Writes the pipeline as Spark does, into a directory that may exist.
   *
   * @throws StorageException if that fails; Spark does not tell where
   */
  public void savePipeline(String directory) {
    try {
      pipeline.write().overwrite().save(directory);
    } catch (Exception e) {
      throw failed(directory, e);
    }
  }

  private static RuntimeException failed(String directory, Exception failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof IOException storage) {
      return StorageException.of("write", directory, storage);
    }
    return failure instanceof RuntimeException known
        ? known
        : new IllegalStateException(failure.getMessage(), failure);
  }

  /** Reads a pipeline that {@link #savePipeline} wrote. */
  public static Encoding load(SparkSession session, String json, String directory) {
    return of(json, (PipelineModel) PipelineModel.read().session(session).load(directory));
  }
}

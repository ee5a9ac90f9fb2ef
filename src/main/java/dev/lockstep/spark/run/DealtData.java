package dev.lockstep.spark.run;

import dev.lockstep.data.ChosenRowsException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.FoldPlan;
import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.encode.Encoding;
import dev.lockstep.spark.encode.EncodingFit;
import dev.lockstep.spark.encode.GivenEncoding;
import dev.lockstep.spark.engine.ClusterFailures;
import dev.lockstep.spark.prepare.Columns;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.prepare.Preparation;
import dev.lockstep.spark.shard.BlockShape;
import dev.lockstep.spark.shard.PackedRows;
import dev.lockstep.spark.shard.ShardBuilder;
import dev.lockstep.spark.shard.ShardSet;
import dev.lockstep.spark.shard.ShardSummary;
import dev.lockstep.spark.source.ColumnType;
import dev.lockstep.spark.source.Source.InputFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The rows of a run, dealt to shards but not encoded yet: what is known before the encoding is fit,
 * so that a changed input is found early.
 */
public final class DealtData {
  private final LockstepSession session;
  private final DataConfig data;
  private final Preparation preparation;

  private DealtData(LockstepSession session, DataConfig data, Preparation preparation) {
    this.session = session;
    this.data = data;
    this.preparation = preparation;
    preparation.keyed().folds().requireRows();
  }

  /**
   * Reads the sources and deals their rows to shards.
   *
   * @param task what a label is
   * @param seed the run's seed
   * @param shards S
   * @param expected the input as an earlier attempt saw it; empty at first
   */
  public static DealtData read(
      LockstepSession session,
      DataConfig data,
      Task task,
      long seed,
      int shards,
      List<InputFile> expected) {
    return read(session, data, task, seed, shards, expected, FoldPlan.NONE, Map.of());
  }

  /**
   * The same with folds of a cross-validation, of text that may be read as it was in another
   * training.
   *
   * @param folds of the training rows
   * @param types of its columns, as far as they are known
   */
  public static DealtData read(
      LockstepSession session,
      DataConfig data,
      Task task,
      long seed,
      int shards,
      List<InputFile> expected,
      FoldPlan folds,
      Map<String, ColumnType> types) {
    boolean classes = task == Task.BINARY || task == Task.MULTICLASS;
    return prepared(
        session,
        data,
        new Preparation.Request(seed, shards, classes, expected, folds, true, types));
  }

  /**
   * The same for a model that is trained already: none of the rows need be a training row, and text
   * is read as it was in training.
   */
  public static DealtData readOther(
      LockstepSession session,
      DataConfig data,
      Encoding trained,
      Task task,
      long seed,
      int shards) {
    boolean classes = task == Task.BINARY || task == Task.MULTICLASS;
    return prepared(
        session,
        data,
        new Preparation.Request(
            seed, shards, classes, List.of(), FoldPlan.NONE, false, trained.types()));
  }

  private static DealtData prepared(
      LockstepSession session, DataConfig data, Preparation.Request request) {
    return new DealtData(
        session,
        data,
        ClusterFailures.explained(() -> Preparation.prepare(session.session(), data, request)));
  }

  /** The same of the first rows of each source, to find out early what is wrong. */
  public static DealtData head(
      LockstepSession session,
      DataConfig data,
      Task task,
      long seed,
      int shards,
      int rows,
      FoldPlan folds,
      Map<String, ColumnType> types) {
    boolean classes = task == Task.BINARY || task == Task.MULTICLASS;
    Preparation.Request request =
        new Preparation.Request(seed, shards, classes, List.of(), folds, true, types);
    return new DealtData(
        session,
        data,
        ClusterFailures.explained(() -> Preparation.head(session.session(), data, request, rows)));
  }

  /**
   * Fits the encoding on the training rows, encodes all rows and builds the shards.
   *
   * @throws DataException if the training rows have no weight, so that nothing can be learnt
   */
  public ShardedData encode(Task task) {
    return encode(task, Optional.empty());
  }

  /**
   * The same through the encoding of a trained model, if there is one, instead of one that is fit.
   *
   * @throws dev.lockstep.config.ConfigException if its rows had other features or labels
   */
  public ShardedData encode(Task task, Optional<GivenEncoding> given) {
    boolean taught = given.filter(GivenEncoding::taught).isPresent();
    EncodingFit fit =
        ClusterFailures.explained(() -> EncodingFit.of(preparation, data, task, taught));
    boolean fixed = fit.passesThrough();
    UnaryOperator<Encoding> taken =
        own -> given.map(other -> own.through(other, fixed)).orElse(own);
    if (fixed && !fit.someUnlabelled() && !preparation.keyed().folds().isOrdered()) {
      return packed(fit, taken);
    }
    return encoded(taken.apply(ClusterFailures.explained(fit::fit)));
  }

  /**
   * The same with the encoding fitted on the training rows outside of one fold.
   *
   * @param heldOut the {@link dev.lockstep.data.HeldOut#code} of the fold
   * @param given the encoding of a model of which features or labels are read as they are
   */
  public ShardedData encodeWithout(Task task, int heldOut, Optional<GivenEncoding> given) {
    EncodingFit fit = ClusterFailures.explained(() -> EncodingFit.of(preparation, data, task));
    Encoding own = ClusterFailures.explained(() -> fit.fitWithout(heldOut));
    return encoded(given.map(other -> own.through(other, fit.passesThrough())).orElse(own));
  }

  private ShardedData encoded(Encoding encoding) {
    Dataset<Row> encoded = encoding.encode(preparation.rows());
    ShardBuilder builder = EncodedShape.builder(encoding.schema(), encoded.schema());
    ShardSet shards = built(encoding, encoded, builder);
    requireWeight(shards.total());
    return new ShardedData(session, encoding, shards);
  }

  /** The short way of features that are one vector column as it is. */
  private ShardedData packed(EncodingFit fit, UnaryOperator<Encoding> taken) {
    return ClusterFailures.explained(
        () -> {
          PackedRows rows =
              PackedRows.of(
                  preparation, fit.request(), fit.columns(functions.lit(0)), fit.floats());
          Encoding encoding = taken.apply(fit.encoding(rows.statistics()));
          Schema schema = encoding.schema();
          BlockShape shape = BlockShape.of(schema.features(), schema.labels());
          ShardSet shards = rows.build(shape, schema.classes());
          requireWeight(shards.total());
          return new ShardedData(session, encoding, shards);
        });
  }

  private ShardSet built(Encoding encoding, Dataset<Row> encoded, ShardBuilder builder) {
    try {
      return ClusterFailures.explained(() -> ShardSet.build(encoded, builder));
    } catch (DataException e) {
      // Shards know no file or line: name the row, if a feature of one is the reason.
      ClusterFailures.explained(
          () -> encoding.requireFinite(preparation.rows()), preparation.names());
      throw e;
    }
  }

  private void requireWeight(ShardSummary total) {
    if (total.trainRows() > 0 && !(total.trainWeight() > 0)) {
      throw new ChosenRowsException(
          "the weights of all %,d training rows%s add up to %s, so nothing can be learnt; look at"
                  .formatted(
                      total.trainRows(),
                      data.weight().map(name -> " (column " + name + ")").orElse(""),
                      total.trainWeight())
              + " data.weight, data.class_weight and data.where");
    }
  }

  /**
   * Encodes rows as a model was trained on them, all of them as test rows.
   *
   * @param only the rows of one split; all rows if empty
   * @throws dev.lockstep.data.DataException if the columns are not those of training
   */
  public ShardedData encode(Encoding trained, Optional<Split> only) {
    Dataset<Row> rows =
        only.map(
                split ->
                    preparation.rows().filter(Columns.col(Columns.SPLIT).equalTo(split.ordinal())))
            .orElse(preparation.rows());
    return ClusterFailures.explained(
        () -> {
          Dataset<Row> encoded = trained.encodeOther(rows, true, List.of());
          ShardBuilder builder = EncodedShape.builder(trained.schema(), encoded.schema());
          return new ShardedData(session, trained, ShardSet.build(encoded, builder));
        },
        preparation.names());
  }

  /** The input as it was found. */
  public List<InputFile> files() {
    return preparation.files();
  }

  /** How many malformed rows were dropped. */
  public long badRows() {
    return preparation.badRows().count();
  }
}

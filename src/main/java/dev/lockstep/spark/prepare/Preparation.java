package dev.lockstep.spark.prepare;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.ChosenRowsException;
import dev.lockstep.data.FoldPlan;
import dev.lockstep.data.Split;
import dev.lockstep.spark.source.BadRows;
import dev.lockstep.spark.source.ColumnType;
import dev.lockstep.spark.source.NumberedFiles;
import dev.lockstep.spark.source.RowNames;
import dev.lockstep.spark.source.Source.InputFile;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows dealt to shards. Partition s of {@link #rows} is shard s, ordered by (split, rank): rank r
 * of a split is row r div S of shard r mod S. The place of a row depends on its identity (or id)
 * and the seed alone, not on tasks, cores or the order in which files are listed.
 *
 * <p>Two passes over the source: the first collects 17 to 21 bytes a row on the driver and finds
 * the places (of rows that are identified by file and number it reads their classes at most), the
 * second, when {@link #rows} is first asked for, shuffles the rows once. The dealt rows live in
 * Spark's shuffle files; statistics and encoding read them from there.
 *
 * @param keyed the rows before they are dealt, with what decides their places
 * @param counts the rows of each split, by its ordinal
 * @param shards S
 * @param files the fingerprint of the sources
 * @param badRows counts the rows that the sources dropped
 * @param names names rows in messages, by {@link Columns#PART}
 */
public record Preparation(
    KeyedRows keyed,
    List<Long> counts,
    int shards,
    List<InputFile> files,
    BadRows badRows,
    Map<Integer, RowNames> names) {
  private static final Logger LOG = LoggerFactory.getLogger(Preparation.class);

  /**
   * What decides the places beside the data section.
   *
   * @param seed the run's seed
   * @param shards S
   * @param classes whether the label is a class, so that the split is stratified by default
   * @param expected the fingerprint of an earlier attempt, empty at first
   * @param folds of the training rows
   * @param trains whether a model is trained on the rows, which needs training rows
   * @param types those that columns of a text format had when the model was trained, if it was
   */
  public record Request(
      long seed,
      int shards,
      boolean classes,
      List<InputFile> expected,
      FoldPlan folds,
      boolean trains,
      Map<String, ColumnType> types) {
    /** Rows to train on. */
    public Request(
        long seed, int shards, boolean classes, List<InputFile> expected, FoldPlan folds) {
      this(seed, shards, classes, expected, folds, true, Map.of());
    }

    /** Without folds. */
    public Request(long seed, int shards, boolean classes, List<InputFile> expected) {
      this(seed, shards, classes, expected, FoldPlan.NONE);
    }
  }

  /**
   * The dealt rows: the needed columns, the identity, {@link Columns#PART} and {@link
   * Columns#SPLIT}. The first call deals them.
   */
  public Dataset<Row> rows() {
    return keyed.dealt();
  }

  /** The columns of {@link #rows}, which need not be dealt yet. */
  public StructType schema() {
    return keyed.schema();
  }

  /** How many rows a split has. */
  public long count(Split split) {
    return counts.get(split.ordinal());
  }

  /**
   * Opens the sources and deals their rows.
   *
   * @throws ConfigException if an expression or column is wrong
   * @throws dev.lockstep.data.DataException if a row is malformed, or no row is left that is needed
   */
  public static Preparation prepare(SparkSession session, DataConfig data, Request request) {
    return prepare(session, data, request, Long.MAX_VALUE, UnaryOperator.identity());
  }

  /**
   * The same of the first rows of each source only, to find out early what is wrong.
   *
   * @param rows how many of each source, before {@code where}
   */
  public static Preparation head(SparkSession session, DataConfig data, Request request, int rows) {
    return prepare(
        session,
        data,
        request,
        rows,
        chosen -> session.createDataFrame(chosen.collectAsList(), chosen.schema()));
  }

  private static Preparation prepare(
      SparkSession session,
      DataConfig told,
      Request request,
      long mostRows,
      UnaryOperator<Dataset<Row>> taken) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    DataConfig data = told.inOrder();
    Inputs inputs =
        new Inputs(
            session, told, request.expected(), request.types(), request.folds().by(), mostRows);
    Dataset<Row> opened = Failures.explained(() -> inputs.open(request.seed()));
    Dataset<Row> chosen = Failures.explained(() -> taken.apply(opened), inputs.names());
    requireColumns(chosen, data);
    if (!KeyPlan.of(inputs.count(), spark).fits()) {
      KeyPlan.of(Failures.explained(chosen::count, inputs.names()), spark).check();
    }
    Keyed keyed = new Keyed(() -> KeyColumns.addTo(chosen, data, request.classes(), spark));
    Optional<NumberedFiles> files =
        inputs.numbered().filter(numbered -> KeyColumns.byIdentity(data));
    Optional<RowKeys> inOrder =
        files.flatMap(numbered -> numberedKeys(numbered, chosen, data, request, inputs.names()));
    RowKeys keys = inOrder.orElseGet(() -> collect(keyed, data, inputs.names()));
    Placement placement = place(keyed, keys, data, request.seed());
    List<Long> counts = Arrays.stream(placement.ranks()).map(r -> (long) r.length).toList();
    requireRows(counts, data, request.trains());
    byte[] splits = Splitter.splits(keys, placement);
    Optional<FilePlaces> places =
        inOrder
            .filter(known -> placement.ties() == Ties.NONE)
            .map(known -> FilePlaces.of(files.get(), known, splits, placement));
    Folds folds =
        Failures.explained(() -> folds(request, keyed, keys, splits, placement), inputs.names());
    KeyedRows rows =
        new KeyedRows(
            chosen, keyed, placement, request.shards(), files, places, folds, inputs.names());
    return new Preparation(
        rows, counts, request.shards(), inputs.files(), inputs.badRows(), inputs.names());
  }

  private static Folds folds(
      Request request, Keyed keyed, RowKeys keys, byte[] splits, Placement placement) {
    FoldPlan plan = request.folds();
    if (plan.by().isPresent()) {
      return Folds.of(OrderedFolds.of(keyed.frame(), placement, plan));
    }
    return plan.trainings() == 0
        ? Folds.NONE
        : Folds.of(request.seed(), keys, splits, plan.folds(), plan.repeats());
  }

  private static void requireColumns(Dataset<Row> rows, DataConfig data) {
    List<String> names = Arrays.asList(rows.columns());
    Stream.concat(Columns.roles(data).stream(), Columns.features(data).stream())
        .filter(name -> !names.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new ConfigException(
                  "data: there is no column %s; the columns are %s"
                      .formatted(name, String.join(", ", user(names))));
            });
  }

  private static List<String> user(List<String> names) {
    return names.stream().filter(name -> !name.startsWith("__lockstep_")).toList();
  }

  private static void requireRows(List<Long> counts, DataConfig data, boolean trains) {
    boolean none = counts.stream().allMatch(count -> count == 0);
    if (none || trains && counts.get(Split.TRAIN.ordinal()) == 0) {
      throw new ChosenRowsException(
          none
              ? "no row is left"
                  + data.where().map(sql -> " after data.where = \"" + sql + "\"").orElse("")
                  + data.series().map(Preparation::tooShort).orElse("")
              : "no training row is left by data.split: give training rows a share");
    }
  }

  private static String tooShort(Series series) {
    return ": each needs %d earlier rows of its series, by data.series.window = %d and horizon = %d;"
            .formatted(
                (long) series.window() + series.horizon() - 1, series.window(), series.horizon())
        + " make the window shorter";
  }

  /** The keys of numbered rows in the order of the files, if they and their classes decide. */
  private static Optional<RowKeys> numberedKeys(
      NumberedFiles files,
      Dataset<Row> rows,
      DataConfig data,
      Request request,
      Map<Integer, RowNames> names) {
    if (!KeyColumns.stratify(data, request.classes())) {
      return Optional.of(RowKeys.of(files));
    }
    String label = data.label().get(0);
    return Failures.explained(
        () -> ClassScan.keys(files, label, rows.schema().apply(label).dataType()), names);
  }

  /** The keys of all rows; in one stratum where strata would take rows of one id apart. */
  private static RowKeys collect(Keyed keyed, DataConfig data, Map<Integer, RowNames> names) {
    Dataset<Row> columns = select(keyed.frame(), KeyColumns.KEYS);
    RowKeys keys = Failures.explained(() -> RowKeys.collect(columns), names);
    if (data.id().isPresent() && keys.names().size() > 1 && keys.straddles()) {
      LOG.warn(
          "data.id = {}: rows of one id have several classes, so the split is not stratified",
          data.id().get());
      return keys.merged();
    }
    return keys;
  }

  private static Placement place(Keyed keyed, RowKeys keys, DataConfig data, long seed) {
    SplitConfig split = data.split();
    double validation = data.validationSource().isPresent() ? 0 : split.validation().share();
    double test = data.testSource().isPresent() ? 0 : split.test().share();
    Placement placement = Splitter.place(seed, keys, split.trainShare(), validation, test);
    long[][] tied = Splitter.tied(placement);
    if (Arrays.stream(tied).allMatch(t -> t.length == 0)) {
      return placement;
    }
    return placement.with(TieRows.collect(select(keyed.frame(), KeyColumns.TIES), placement, tied));
  }

  private static Dataset<Row> select(Dataset<Row> rows, List<String> names) {
    return rows.select(names.stream().map(Columns::col).toArray(Column[]::new));
  }
}

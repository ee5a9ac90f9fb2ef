package dev.lockstep.spark.prepare;

import dev.lockstep.data.DataException;
import dev.lockstep.spark.source.BadRows;
import dev.lockstep.spark.source.ColumnType;
import dev.lockstep.spark.source.Identity;
import dev.lockstep.spark.source.NumberedFiles;
import dev.lockstep.spark.source.RowNames;
import dev.lockstep.spark.source.Source;
import dev.lockstep.spark.source.Source.InputFile;
import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.spark.source.Source.SourceRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * The sources of a run as one data frame: derived columns added, rows chosen by {@code where},
 * {@code sample} and {@code distinct}; the needed columns, the identity and {@link Columns#PART}.
 */
final class Inputs {
  private static final List<String> PREFIXES = List.of("", "validation_source:", "test_source:");

  private static final String WHERE = "data.where";

  private final SparkSession session;
  private final DataConfig data;
  private final List<InputFile> expected;
  private final Map<String, ColumnType> types;
  private final Optional<String> order;
  private final long mostRows;
  private final Derived derived;
  private final List<InputFile> files = new ArrayList<>();
  private final List<BadRows> badRows = new ArrayList<>();
  private long count;
  private Optional<NumberedFiles> numbered = Optional.empty();
  private final Map<Integer, RowNames> names = new HashMap<>();

  /**
   * Sources to be opened.
   *
   * @param expected the fingerprint of an earlier attempt, empty at first
   * @param types the types that columns of a text format had when the model was trained; empty
   *     where none is yet
   * @param order a column that is needed though the data section does not name it
   * @param mostRows how many of the first rows of each source are read
   */
  Inputs(
      SparkSession session,
      DataConfig data,
      List<InputFile> expected,
      Map<String, ColumnType> types,
      Optional<String> order,
      long mostRows) {
    this.session = session;
    this.data = data;
    this.expected = expected;
    this.order = order;
    this.mostRows = mostRows;
    this.derived = new Derived(data.columns());
    this.types = ofSource(types);
  }

  /** Sources of which nothing is needed but what the data section names. */
  Inputs(SparkSession session, DataConfig data, List<InputFile> expected, long mostRows) {
    this(session, data, expected, Map.of(), Optional.empty(), mostRows);
  }

  /** The fingerprints of all sources; those of a validation or test source carry its name. */
  List<InputFile> files() {
    return List.copyOf(files);
  }

  /** How the rows of each part are named. */
  Map<Integer, RowNames> names() {
    return Map.copyOf(names);
  }

  /** How many rows the opened sources have, before any are chosen. */
  long count() {
    return count;
  }

  /**
   * The files of the source, where the rows are those of its files, all of them, with the columns
   * that these have.
   */
  Optional<NumberedFiles> numbered() {
    boolean asTheyAre =
        data.where().isEmpty()
            && data.columns().isEmpty()
            && data.validationSource().isEmpty()
            && data.testSource().isEmpty()
            && !data.distinct()
            && data.sample() == 1
            && data.series().isEmpty()
            && mostRows == Long.MAX_VALUE;
    return asTheyAre ? numbered : Optional.empty();
  }

  /** The rows that all sources dropped. */
  BadRows badRows() {
    List<BadRows> all = List.copyOf(badRows);
    return () -> all.stream().mapToLong(BadRows::count).sum();
  }

  /** The rows of all sources. */
  Dataset<Row> open(long seed) {
    Set<String> wanted = new LinkedHashSet<>(Columns.roles(data));
    wanted.addAll(Columns.features(data));
    wanted.addAll(Columns.choosing(data));
    order.ifPresent(wanted::add);
    addSources(wanted);
    boolean all = Columns.needsAll(data);
    Dataset<Row> rows = part(data.source(), 0, wanted, all, types);
    Map<String, ColumnType> first = ofSource(ColumnType.of(rows.schema()));
    Set<String> unread = new HashSet<>(data.ignore());
    unread.addAll(Columns.labelSources(data));
    unread.removeAll(wanted);
    if (data.distinct()) {
      unread.clear(); // rows are compared by all of them
    }
    if (data.validationSource().isPresent()) {
      Dataset<Row> more = part(data.validationSource().get(), 1, wanted, all, first);
      rows = SourceUnion.append(rows, more, unread);
    }
    if (data.testSource().isPresent()) {
      Dataset<Row> more = part(data.testSource().get(), 2, wanted, all, first);
      rows = SourceUnion.append(rows, more, unread);
    }
    return sample(windows(choose(rows)), seed);
  }

  /**
   * The rows of the source, with all its columns and the derived ones among the wanted. All of
   * them, but where rows are steps of series, which {@code where} and {@code distinct} choose.
   *
   * @param texts the columns that are wanted as text too, where they are not derived
   * @param tooShort as of {@link SeriesWindows#ofLatest}, where rows are steps of series
   */
  Dataset<Row> open(Set<String> wanted, List<String> texts, Observation tooShort) {
    Set<String> needed = new LinkedHashSet<>(wanted);
    addSources(needed);
    if (data.series().isPresent()) {
      needed.addAll(Columns.where(data));
    }
    List<String> told =
        texts.stream().distinct().filter(name -> !derived.names().contains(name)).toList();
    SourceRows opened = source(data.source(), 0, List.of(), types, told, true);
    List<String> given = Arrays.asList(opened.rows().columns());
    if (data.series().isPresent()) {
      requireGiven(Columns.where(data), given, WHERE);
    }
    for (String name : derived.reachable(needed)) {
      requireGiven(derived.sourceColumns(List.of(name)), given, "data.columns." + name);
    }
    if (data.series().isEmpty()) {
      return derived.addTo(opened.rows(), derived.reachable(needed));
    }
    if (data.distinct()) {
      needed.addAll(derived.from(given)); // one may stand in place of a column
    }
    Dataset<Row> steps =
        derived
            .addTo(opened.rows(), derived.reachable(needed))
            .withColumn(Columns.PART, functions.lit(0));
    return new SeriesWindows(data.series().get(), data.label()).ofLatest(choose(steps), tooShort);
  }

  private void requireGiven(Collection<String> names, List<String> given, String reader) {
    for (String name : names) {
      if (!given.contains(name) && !derived.names().contains(name)) {
        throw new DataException(
            "the data does not fit the model: column %s is missing, which %s reads"
                .formatted(name, reader));
      }
    }
  }

  /** Types of the source's own columns. */
  private Map<String, ColumnType> ofSource(Map<String, ColumnType> all) {
    Map<String, ColumnType> own = new HashMap<>(all);
    own.keySet().removeAll(derived.names());
    return own;
  }

  /** What windows are made of, in place of their own column. */
  private void addSources(Set<String> wanted) {
    if (data.series().isPresent()) {
      wanted.remove(Series.WINDOW);
      wanted.addAll(data.series().get().sources(data.label()));
    }
  }

  private Dataset<Row> part(
      Source source, int part, Set<String> wanted, boolean all, Map<String, ColumnType> types) {
    List<String> request = all ? List.of() : List.copyOf(derived.sourceColumns(wanted));
    SourceRows opened = source(source, part, request, types, List.of(), false);
    Set<String> add = all ? derived.names() : derived.reachable(wanted);
    Dataset<Row> rows = derived.addTo(opened.rows(), add);
    return rows.withColumn(Columns.PART, functions.lit(part));
  }

  private SourceRows source(
      Source source,
      int part,
      List<String> columns,
      Map<String, ColumnType> types,
      List<String> texts,
      boolean other) {
    String prefix = PREFIXES.get(part);
    List<InputFile> known =
        expected.stream()
            .filter(file -> partOf(file.path()) == part)
            .map(file -> renamed(file, file.path().substring(prefix.length())))
            .toList();
    boolean drop = data.badRows() == BadRowPolicy.DROP;
    SourceRequest request = new SourceRequest(drop, known, columns, types, mostRows, texts, other);
    SourceRows opened =
        SourceFailures.told(
            () -> source.open(session, request), part, Columns.settings(data, order));
    opened.files().forEach(file -> files.add(renamed(file, prefix + file.path())));
    badRows.add(opened.badRows());
    count += opened.count();
    numbered = opened.numbered();
    names.put(part, opened.names());
    return opened;
  }

  private static int partOf(String path) {
    return path.startsWith(PREFIXES.get(2)) ? 2 : path.startsWith(PREFIXES.get(1)) ? 1 : 0;
  }

  private static InputFile renamed(InputFile file, String path) {
    return new InputFile(path, file.sizeBytes(), file.modifiedMillis());
  }

  private Dataset<Row> choose(Dataset<Row> rows) {
    Dataset<Row> chosen = rows;
    Optional<String> where = data.where();
    if (where.isPresent()) {
      Column holds = Expressions.column(WHERE, where.get(), rows);
      try {
        chosen = chosen.filter(holds);
      } catch (Exception e) {
        throw Expressions.refused(WHERE, where.get(), e);
      }
    }
    return data.distinct() ? DistinctRows.of(chosen) : chosen;
  }

  private Dataset<Row> windows(Dataset<Row> rows) {
    return data.series().isEmpty()
        ? rows
        : Failures.explained(
            () ->
                new SeriesWindows(data.series().get(), data.label())
                    .beforeLabels(rows, data.sharedSplit()),
            names());
  }

  private Dataset<Row> sample(Dataset<Row> rows, long seed) {
    return data.sample() == 1
        ? rows
        : rows.filter(Placement.sampler(seed, data.sample()).apply(identityKey()));
  }

  /** 64 bits of where the row stands. */
  static Column identityKey() {
    return functions.xxhash64(
        Columns.col(Columns.PART).cast(DataTypes.IntegerType),
        Columns.col(Identity.FILE),
        Columns.col(Identity.POSITION),
        Columns.col(Identity.HASH));
  }
}

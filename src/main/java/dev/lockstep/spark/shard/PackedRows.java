package dev.lockstep.spark.shard;

import dev.lockstep.spark.prepare.BatchPlaces;
import dev.lockstep.spark.prepare.Carried;
import dev.lockstep.spark.prepare.Failures;
import dev.lockstep.spark.prepare.Folds;
import dev.lockstep.spark.prepare.Plans;
import dev.lockstep.spark.prepare.Preparation;
import dev.lockstep.spark.prepare.RowPlaces;
import dev.lockstep.spark.prepare.Statistics;
import dev.lockstep.spark.prepare.StatisticsRequest;
import dev.lockstep.spark.source.NumberedFiles;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Function1;
import scala.Tuple2;
import scala.math.Ordering;
import scala.reflect.ClassTag;

/**
 * Rows whose features are one vector column as it is, on the short way to their shards: one pass
 * over the source checks the rows, packs them as float32 into chunks for bands of shards, and
 * counts the labels; one shuffle of chunks brings them there. Nothing but the order of a shard's
 * bands is sorted, and no row is an object. Spark's shuffle spills where memory is short.
 *
 * <pre>
 * column batches of numbered files -> BatchPacker,
 * or keyed rows -> RowPacker         place, checks, float32, chunks; statistics last
 *   -> shuffle by (shard, split, band), in local mode of numbers in a ChunkExchange
 *   -> BandedShardBuilder, BandBuilder   rows to their places in blocks
 * </pre>
 */
public final class PackedRows {
  private static final Logger LOG = LoggerFactory.getLogger(PackedRows.class);

  private final Preparation preparation;
  private final Bands bands;
  private final JavaPairRDD<Long, Object> chunks;
  private final ChunkExchange exchange;

  private PackedRows(
      Preparation preparation,
      Bands bands,
      JavaPairRDD<Long, Object> chunks,
      ChunkExchange exchange) {
    this.preparation = preparation;
    this.bands = bands;
    this.chunks = chunks;
    this.exchange = exchange;
  }

  /**
   * Rows to be packed, in column batches where their source has them and nothing else decides their
   * places; else row by row. The chunks are the same. Nothing is read yet.
   *
   * @param request what is looked at: one column of vectors, the features, and labels
   * @param looked the columns that the request reads
   * @param floats labels unless they are classes, weight and offset where present, as float32
   */
  public static PackedRows of(
      Preparation preparation,
      StatisticsRequest request,
      List<Column> looked,
      List<Column> floats) {
    Optional<PackedRows> inBatches = inBatches(preparation, request);
    LOG.debug("vectors are read {}", inBatches.isPresent() ? "in column batches" : "row by row");
    return inBatches.orElseGet(() -> byRow(preparation, request, looked, floats));
  }

  /** Rows in column batches; empty if their source or the types of their columns have none. */
  static Optional<PackedRows> inBatches(Preparation preparation, StatisticsRequest request) {
    Optional<NumberedFiles> files = preparation.keyed().files();
    Optional<BatchLayout> found =
        files.flatMap(some -> BatchLayout.of(request, preparation.schema()));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    BatchLayout layout = found.get();
    Bands bands = Bands.of(preparation.shards(), preparation.counts());
    return files
        .get()
        .batches(layout.names())
        .map(
            batches -> {
              JavaSparkContext spark = JavaSparkContext.fromSparkContext(batches.context());
              BatchPlaces places = BatchPlaces.of(preparation.keyed(), spark);
              Folds folds = preparation.keyed().folds();
              return of(
                  preparation,
                  bands,
                  batches.mapPartitionsWithIndex(
                      (task, part) ->
                          new BatchPacker(task, part, bands, request, layout, places, folds),
                      true));
            });
  }

  /** The same row by row. */
  static PackedRows byRow(
      Preparation preparation,
      StatisticsRequest request,
      List<Column> looked,
      List<Column> floats) {
    List<Column> columns = new ArrayList<>(looked);
    columns.addAll(Arrays.asList(RowPlaces.columns()));
    columns.addAll(floats);
    Dataset<Row> rows = preparation.keyed().rows().select(columns.toArray(Column[]::new));
    RowPlaces places = preparation.keyed().places();
    Folds folds = preparation.keyed().folds();
    Bands bands = Bands.of(preparation.shards(), preparation.counts());
    JavaRDD<Tuple2<Long, Object>> packed =
        Plans.internalRows(rows)
            .mapPartitionsWithIndex(
                (task, part) -> new RowPacker(task, part, bands, request, places, folds), true);
    return of(preparation, bands, packed);
  }

  private static PackedRows of(
      Preparation preparation, Bands bands, JavaRDD<Tuple2<Long, Object>> packed) {
    ShardPartitioner partitioner = new ShardPartitioner(bands.shards());
    ChunkExchange exchange =
        packed.context().isLocal() ? ChunkExchange.open() : ChunkExchange.open(0);
    long number = exchange.number();
    JavaRDD<Tuple2<Long, Object>> left =
        packed.map(chunk -> new Tuple2<>(chunk._1(), ChunkExchange.leave(number, chunk._2())));
    ClassTag<Long> keys = ClassTag.apply(Long.class);
    ClassTag<Object> values = ClassTag.apply(Object.class);
    ShuffledRDD<Long, Object, Object> shuffled =
        new ShuffledRDD<Long, Object, Object>(left.rdd(), partitioner, keys, values, values)
            // A task opens a stream for each shard: Kryo would register all its classes each time.
            .setSerializer(new JavaSerializer(packed.context().getConf()))
            .setKeyOrdering(Ordering.comparatorToOrdering(Comparator.<Long>naturalOrder()));
    return new PackedRows(
        preparation, bands, JavaPairRDD.fromRDD(shuffled, keys, values), exchange);
  }

  /**
   * The statistics of all rows; the first call reads, checks and packs them.
   *
   * @throws dev.lockstep.data.DataException for a value that cannot be used, with its row
   */
  public Statistics statistics() {
    int[] last = {bands.shards()};
    List<Tuple2<Long, Object>> parts =
        Failures.explained(() -> chunks.collectPartitions(last)[0], preparation.names());
    return Statistics.join(parts.stream().map(PackedRows::carried).toList());
  }

  private static Statistics carried(Tuple2<Long, Object> part) {
    return (Statistics) ((Carried<?>) part._2()).value();
  }

  /**
   * Builds the shards.
   *
   * @param classes the classes in the order of their indices, empty if labels are numbers
   */
  public ShardSet build(BlockShape shape, List<String> classes) {
    int shards = bands.shards();
    Function1<Object, Object> own =
        (Function1<Object, Object> & Serializable) partition -> (Integer) partition < shards;
    JavaRDD<Tuple2<Long, Object>> ofShards =
        PartitionPruningRDD.create(chunks.rdd(), own).toJavaRDD();
    long number = exchange.number();
    int shuffle = ((ShuffleDependency<?, ?, ?>) chunks.rdd().dependencies().apply(0)).shuffleId();
    JavaRDD<Tuple2<Long, Object>> taken =
        ofShards.map(
            chunk -> new Tuple2<>(chunk._1(), ChunkExchange.take(number, shuffle, chunk._2())));
    int repeats = preparation.keyed().folds().repeats();
    BandedShardBuilder builder = new BandedShardBuilder(shape, bands, classes, repeats);
    return ShardSet.of(taken.mapPartitionsWithIndex(builder, true), exchange);
  }
}

package dev.lockstep.spark.engine;

import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import dev.lockstep.math.SumTree;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.shard.ShardSet;
import dev.lockstep.spark.shard.StoredShard;
import dev.lockstep.train.Cluster;
import dev.lockstep.train.FoldMoments;
import dev.lockstep.train.ScaledRange;
import dev.lockstep.train.Step;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.MetricSettings;
import dev.lockstep.train.metric.Precision;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The {@code job} engine: a round is one Spark job over the persisted shards. Tasks hold contiguous
 * groups of shards, results are taken by partition index and join along the fixed tree, so bits do
 * not depend on grouping, cores, retries or arrival. An executor's loss costs the retried tasks and
 * the rebuilding of its shards.
 */
public final class JobCluster implements Cluster {
  private static final Logger LOG = LoggerFactory.getLogger(JobCluster.class);

  private final JavaSparkContext spark;
  private final ShardSet shards;
  private final Schema schema;
  private final Broadcast<RoundContext> context;
  private final ExecutorWatch watch;
  private RDD<StoredShard> grouped;

  /** An engine over shards that are built already; the caller closes both. */
  public JobCluster(
      JavaSparkContext spark, ShardSet shards, Model model, Schema schema, MetricSettings metrics) {
    this.spark = spark;
    this.shards = shards;
    this.schema = schema;
    this.context = spark.broadcast(new RoundContext(model, schema, shards.count(), metrics));
    this.watch = ExecutorWatch.on(spark);
    this.grouped = shards.grouped();
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public int shards() {
    return shards.count();
  }

  @Override
  public long rows(Split split) {
    return shards.rows(split);
  }

  @Override
  public GradientSum gradient(Parameters params, Step step) {
    return round(params, new GradientWork(step));
  }

  @Override
  public List<Evaluation> evaluate(Parameters params, Split split, Precision precision) {
    return round(params, new EvaluationWork(split, precision));
  }

  @Override
  public List<Evaluation> evaluateByClassWeights(Parameters params) {
    return round(params, new ClassWeightsWork());
  }

  @Override
  public FoldMoments moments(int repeats, int folds, List<ScaledRange> scaled) {
    return round(new Parameters(1, 0, new float[0]), new MomentsWork(repeats, folds, scaled));
  }

  /** What stays the same over all rounds, for another engine over the same shards. */
  public Broadcast<RoundContext> context() {
    return context;
  }

  private <T> T round(Parameters params, RoundWork<T> work) {
    try {
      return job(params, work);
    } catch (RuntimeException e) {
      throw ClusterFailures.ofApplication(spark.sc(), e);
    }
  }

  private <T> T job(Parameters params, RoundWork<T> work) {
    if (watch.changed()) {
      grouped = shards.grouped();
    }
    Exchange exchange = Exchange.open(spark, params);
    try {
      int groups = grouped.getNumPartitions();
      RoundTask<T> task = new RoundTask<>(context, exchange, groups, work);
      ClassTag<List<T>> tag = ClassTag$.MODULE$.apply(List.class);
      List<?>[] results = (List<?>[]) spark.sc().runJob(grouped, task, tag);
      return join(exchange.collect(results), work);
    } catch (Exception e) { // Scala throws SparkException, which is checked, without declaring it
      throw ClusterFailures.explain(e);
    } finally {
      exchange.close();
    }
  }

  @SuppressWarnings("unchecked")
  private <T> T join(List<List<?>> results, RoundWork<T> work) {
    List<SumTree.Range> subtrees = new ArrayList<>();
    for (SumTree.Range range : SumTree.groups(shards.count(), results.size())) {
      subtrees.addAll(SumTree.subtrees(shards.count(), range.from(), range.to()));
    }
    List<T> sums = new ArrayList<>();
    results.forEach(result -> sums.addAll((List<T>) result));
    return SumTree.join(
        shards.count(),
        subtrees,
        sums,
        (node, left, right) -> work.add(node, shards.count(), left, right));
  }

  @Override
  public void close() {
    try {
      context.value().close();
      if (!spark.sc().isStopped()) {
        context.destroy(true); // waits: no answer comes back to an application that has ended
      }
    } catch (Exception e) { // as where an executor does not answer; Scala declares no checked ones
      LOG.warn("a broadcast of the training was not taken back: {}", e.toString());
    }
  }
}

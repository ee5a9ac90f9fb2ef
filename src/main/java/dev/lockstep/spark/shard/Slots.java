package dev.lockstep.spark.shard;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkContext;
import org.apache.spark.resource.ResourceAmountUtils;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.status.api.v1.ExecutorSummary;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The tasks that run at once in each executor by its cores and what else tasks need, as GPUs, as
 * Spark's status store knows them now, without the executors that get no new tasks: those that are
 * being decommissioned or are excluded after failures. In local mode the driver is the one
 * executor. Decides speed, never bits.
 *
 * @param byExecutor slots by the name that Spark's scheduler knows an executor by, sorted
 * @param total over all executors, at least 1
 */
public record Slots(Map<String, Integer> byExecutor, int total) {

  /** The slots of a running application. */
  public static Slots of(SparkContext spark) {
    Map<String, Double> needs = needs(spark);
    Map<String, Integer> found = new TreeMap<>();
    for (ExecutorSummary each :
        CollectionConverters.asJava(spark.statusStore().executorList(true))) {
      int tasks = each.isExcluded() || leaves(spark, each.id()) ? 0 : tasks(has(each), needs);
      if (tasks > 0) {
        String address = each.hostPort();
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? address : address.substring(0, colon);
        found.put(name(host, each.id()), tasks);
      }
    }
    // Spark's own default parallelism is at least 2, whatever there is.
    int known = found.values().stream().mapToInt(Integer::intValue).sum();
    double cpus = needs.getOrDefault(ResourceProfile.CPUS(), 1.0);
    return new Slots(
        found, known > 0 ? known : (int) Math.max(1, spark.defaultParallelism() / cpus));
  }

  /** What a task needs of an executor, cores among it. */
  private static Map<String, Double> needs(SparkContext spark) {
    Map<String, Double> needs = new TreeMap<>();
    spark
        .resourceProfileManager()
        .defaultResourceProfile()
        .taskResourcesJMap()
        .forEach((resource, need) -> needs.put(resource, need.amount()));
    return needs;
  }

  /** What an executor has: its cores, and how many of each resource. */
  private static Map<String, Integer> has(ExecutorSummary executor) {
    Map<String, Integer> has = new TreeMap<>();
    has.put(ResourceProfile.CPUS(), executor.totalCores());
    CollectionConverters.asJava(executor.resources())
        .forEach((resource, its) -> has.put(resource, its.addresses().length));
    return has;
  }

  /** How many tasks run at once by what an executor has; those that share a piece need a part. */
  static int tasks(Map<String, Integer> has, Map<String, Double> needs) {
    long most = Integer.MAX_VALUE;
    for (Map.Entry<String, Double> need : needs.entrySet()) {
      int pieces = has.getOrDefault(need.getKey(), 0);
      double amount = need.getValue();
      if (amount >= 1) {
        most = Math.min(most, (long) (pieces / amount));
      } else if (amount > 0) {
        long part = ResourceAmountUtils.toInternalResource(amount);
        most = Math.min(most, pieces * (ResourceAmountUtils.ONE_ENTIRE_RESOURCE() / part));
      }
    }
    return (int) most;
  }

  /** Whether an executor is being decommissioned: it gets no new tasks, and ends after its last. */
  public static boolean leaves(SparkContext spark, String executor) {
    return spark.taskScheduler().getExecutorDecommissionState(executor).isDefined();
  }

  /** The most tasks that run at once in one executor. */
  public int most() {
    return byExecutor.values().stream().mapToInt(Integer::intValue).max().orElse(total);
  }

  /** An executor as Spark's scheduler names it where a task asks for it. */
  static String name(String host, String executor) {
    return "executor_" + host + "_" + executor;
  }
}

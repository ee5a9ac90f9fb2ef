package dev.lockstep.spark.shard;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkContext;
import org.apache.spark.status.api.v1.ExecutorSummary;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The tasks that run at once in each executor, as Spark's status store knows them now, without the
 * executors that are being decommissioned; in local mode the driver is the one executor. Decides
 * speed, never bits.
 *
 * @param byExecutor slots by the name that Spark's scheduler knows an executor by, sorted
 * @param total over all executors, at least 1
 */
public record Slots(Map<String, Integer> byExecutor, int total) {

  /** The slots of a running application. */
  public static Slots of(SparkContext spark) {
    int cpus = Math.max(1, spark.getConf().getInt("spark.task.cpus", 1));
    Map<String, Integer> found = new TreeMap<>();
    for (ExecutorSummary each :
        CollectionConverters.asJava(spark.statusStore().executorList(true))) {
      if (each.totalCores() >= cpus && !leaves(spark, each.id())) {
        String address = each.hostPort();
        int colon = address.lastIndexOf(':');
        String host = colon < 0 ? address : address.substring(0, colon);
        found.put(name(host, each.id()), each.totalCores() / cpus);
      }
    }
    // Spark's own default parallelism is at least 2, whatever there is.
    int known = found.values().stream().mapToInt(Integer::intValue).sum();
    return new Slots(found, known > 0 ? known : Math.max(1, spark.defaultParallelism() / cpus));
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

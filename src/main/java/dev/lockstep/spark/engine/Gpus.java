package dev.lockstep.spark.engine;

import dev.lockstep.config.ConfigException;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * The GPUs that Spark's scheduler gives to tasks. In local mode it gives tasks nothing: there they
 * have what the driver was given.
 */
public final class Gpus {
  private static final String RESOURCE = "gpu";
  private static final String DRIVER = "driver";
  private static final String OF_TASKS = "spark.task.resource.gpu.amount";

  private Gpus() {}

  /** The number of the first GPU of the task that runs in this thread; empty if it has none. */
  public static OptionalInt ofTask() {
    TaskContext task = TaskContext.get();
    if (task == null) {
      return OptionalInt.empty();
    }
    return SparkEnv.get().executorId().equals(DRIVER)
        ? ofDriver(JavaSparkContext.fromSparkContext(SparkContext.getOrCreate()))
        : first(task.resourcesJMap());
  }

  /** The number of the first GPU that the driver was given; empty if it has none. */
  public static OptionalInt ofDriver(JavaSparkContext spark) {
    return first(spark.resources());
  }

  /** Whether tasks are given GPUs. */
  public static boolean areGiven(JavaSparkContext spark) {
    return spark.isLocal()
        ? ofDriver(spark).isPresent()
        : Double.parseDouble(spark.getConf().get(OF_TASKS, "0")) > 0;
  }

  /** The number in the first address; empty if there is none. */
  static OptionalInt first(Map<String, ResourceInformation> resources) {
    ResourceInformation gpus = resources.get(RESOURCE);
    if (gpus == null || gpus.addresses().length == 0) {
      return OptionalInt.empty();
    }
    String address = gpus.addresses()[0].strip();
    try {
      return OptionalInt.of(Integer.parseInt(address));
    } catch (NumberFormatException e) {
      throw new ConfigException(
          "the discovery script of spark.executor.resource.gpu must give the numbers of GPUs, gives "
              + address);
    }
  }
}

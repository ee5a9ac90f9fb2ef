package dev.lockstep.spark.engine;

import dev.lockstep.spark.shard.Slots;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What the machines and settings of an application give to a run.
 *
 * @param local whether driver and tasks share one JVM
 * @param slots tasks that run at once, over all executors
 * @param executorSlots the most tasks that run at once in one executor
 * @param driverHeapBytes the driver's heap
 * @param executorHeapBytes an executor's heap; the driver's if local
 * @param maxResultBytes {@code spark.driver.maxResultSize}; 0 for no limit
 * @param kryoMaxBytes {@code spark.kryoserializer.buffer.max}
 */
public record Machines(
    boolean local,
    int slots,
    int executorSlots,
    long driverHeapBytes,
    long executorHeapBytes,
    long maxResultBytes,
    long kryoMaxBytes) {
  private static final int MEBIBYTE_BITS = 20;

  /** The machines of a running application, as they are now. */
  public static Machines of(JavaSparkContext spark) {
    SparkConf conf = spark.getConf();
    boolean local = spark.sc().isLocal();
    long heap = Runtime.getRuntime().maxMemory();
    Slots slots = Slots.of(spark.sc());
    return new Machines(
        local,
        slots.total(),
        slots.most(),
        heap,
        local ? heap : (long) spark.sc().executorMemory() << MEBIBYTE_BITS,
        conf.getSizeAsBytes("spark.driver.maxResultSize", "1g"),
        conf.getSizeAsMb("spark.kryoserializer.buffer.max", "64m") << MEBIBYTE_BITS);
  }
}

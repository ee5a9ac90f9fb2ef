package dev.lockstep.spark;

import dev.lockstep.spark.engine.LockstepRegistrator;
import org.apache.spark.sql.SparkSession;

/** The local Spark session that all tests of one JVM share; it lives until the JVM ends. */
public final class LocalSpark {
  private LocalSpark() {}

  /** The running session: two task slots, no UI, Kryo, four shuffle partitions. */
  public static synchronized SparkSession session() {
    return SparkSession.builder()
        .appName("lockstep-tests")
        .master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .config("spark.kryo.registrator", LockstepRegistrator.class.getName())
        .config("spark.kryoserializer.buffer.max", "1g")
        .config("spark.sql.warehouse.dir", "target/spark-warehouse")
        .getOrCreate();
  }
}

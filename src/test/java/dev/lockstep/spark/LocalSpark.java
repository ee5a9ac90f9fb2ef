package dev.lockstep.spark;

import dev.lockstep.spark.engine.LockstepRegistrator;
import org.apache.spark.sql.SparkSession;

/** The local Spark session that tests of one JVM share. */
public final class LocalSpark {
  private static final int SLOTS = 2;

  private LocalSpark() {}

  /** The running session, or else one of two task slots, no UI, Kryo, four shuffle partitions. */
  public static synchronized SparkSession session() {
    return builder(SLOTS).getOrCreate();
  }

  /** Another session, of so many slots; the one that runs is stopped. */
  public static synchronized SparkSession session(int slots) {
    session().stop();
    return builder(slots).getOrCreate();
  }

  private static SparkSession.Builder builder(int slots) {
    return SparkSession.builder()
        .appName("lockstep-tests")
        .master("local[" + slots + "]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .config("spark.kryo.registrator", LockstepRegistrator.class.getName())
        .config("spark.kryoserializer.buffer.max", "1g")
        .config("spark.sql.warehouse.dir", "target/spark-warehouse");
  }
}

package dev.lockstep.spark.run;

import dev.lockstep.config.ConfigException;
import dev.lockstep.spark.engine.ClusterFailures;
import dev.lockstep.spark.shard.Slots;
import dev.lockstep.train.store.CommitStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Whether executors see what the driver writes to an output. One on {@code file:} may be on disks
 * of the driver's machine alone: what executors write then lies on theirs, and Spark does not tell.
 */
public final class SharedOutput {
  private static final long PATIENCE_MILLIS = 10_000; // until mounts of a network show a new file
  private static final long POLL_MILLIS = 100;

  private SharedOutput() {}

  /**
   * Refuses an output on {@code file:} that executors do not see, by a file that is there meanwhile
   * and a job of a task for each executor that the application has now.
   *
   * @param output the directory, for the message
   * @param store the directory, or one under it
   * @throws ConfigException if an executor does not see it
   */
  public static void require(JavaSparkContext spark, String output, CommitStore store) {
    if (spark.sc().isLocal() || !store.uri("").startsWith("file:")) {
      return;
    }
    String probe = ".probe-" + UUID.randomUUID();
    store.replace(probe, new byte[] {1});
    try {
      requireSeen(spark, output, store.where(probe), PATIENCE_MILLIS);
    } finally {
      store.delete(probe);
    }
  }

  static void requireSeen(JavaSparkContext spark, String output, String file, long patienceMillis) {
    List<String> blind =
        ClusterFailures.explained(
            () -> onEachExecutor(spark).flatMap(task -> blind(file, patienceMillis)).collect());
    if (!blind.isEmpty()) {
      throw new ConfigException(
          ("%s: the executor on %s does not see what the driver writes there, so that files would be"
                  + " left on several machines; name a path that all machines share, or one of hdfs:"
                  + " or s3a:")
              .formatted(output, blind.get(0)));
    }
  }

  /** A task for each executor, which it prefers. */
  private static JavaRDD<Integer> onEachExecutor(JavaSparkContext spark) {
    List<Tuple2<Integer, Seq<String>>> tasks = new ArrayList<>();
    for (String executor : Slots.of(spark.sc()).byExecutor().keySet()) {
      Seq<String> wish = CollectionConverters.asScala(List.of(executor)).toList();
      tasks.add(new Tuple2<>(tasks.size(), wish));
    }
    if (tasks.isEmpty()) {
      return spark.parallelize(List.of(0), 1);
    }
    ClassTag<Integer> tag = ClassTag$.MODULE$.apply(Integer.class);
    return new JavaRDD<>(
        spark.sc().makeRDD(CollectionConverters.asScala(tasks).toList(), tag), tag);
  }

  /** The host of this process, if it does not see a file in time; for the executors. */
  private static Iterator<String> blind(String file, long patienceMillis) {
    Path path = Path.of(file);
    long start = System.nanoTime();
    while (!Files.exists(path)) {
      if (System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(patienceMillis)) {
        return List.of(SparkEnv.get().blockManager().blockManagerId().host()).iterator();
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
    }
    return List.<String>of().iterator();
  }
}

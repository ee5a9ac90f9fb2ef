package dev.lockstep.spark.run;

import dev.lockstep.spark.engine.Gpus;
import dev.lockstep.spark.engine.LockstepRegistrator;
import dev.lockstep.spark.engine.LostExecutors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.Utils;

/** A Spark application with our defaults where the user set nothing. Closing stops it. */
public final class LockstepSession implements AutoCloseable {
  private static final Map<String, String> DEFAULTS = defaults();

  private final SparkSession session;
  private final LostExecutors lost;

  private LockstepSession(SparkSession session) {
    this.session = session;
    this.lost = LostExecutors.on(session.sparkContext());
  }

  /**
   * Starts an application.
   *
   * @param name its name in Spark's UI
   * @param master where spark-submit named none
   */
  public static LockstepSession start(String name, Optional<String> master) {
    SparkConf conf = new SparkConf().setAppName("lockstep " + name);
    DEFAULTS.forEach(conf::setIfMissing);
    conf.setIfMissing("spark.master", master.orElse("local[*]"));
    if (Utils.isLocalMaster(conf)) {
      // What is shuffled stays on this machine: to compress it costs more than to write it.
      conf.setIfMissing("spark.shuffle.compress", "false");
      // A task without memory fails; Spark would end its process, and that is the driver here.
      conf.setIfMissing("spark.executor.killOnFatalError.depth", "0");
    }
    return new LockstepSession(SparkSession.builder().config(conf).getOrCreate());
  }

  private static Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    defaults.put("spark.kryo.registrator", LockstepRegistrator.class.getName());
    defaults.put("spark.kryoserializer.buffer.max", "1g");
    // Shards must stay cached: keep most of the storage memory out of execution's reach.
    defaults.put("spark.memory.storageFraction", "0.8");
    // After an executor's loss, waiting for it costs more than building its shards elsewhere.
    defaults.put("spark.locality.wait", "500ms");
    // Parameters and gradients do not compress; Spark's transport checks what it moves.
    defaults.put("spark.broadcast.compress", "false");
    defaults.put("spark.broadcast.checksum", "false");
    defaults.put("spark.task.maxDirectResultSize", "100m");
    // One thread a task: the tasks themselves fill the cores.
    defaults.put("spark.executorEnv.OMP_NUM_THREADS", "1");
    defaults.put("spark.executorEnv.OPENBLAS_NUM_THREADS", "1");
    // What oneDNN keeps for each shape that it has met; texts of many lengths would fill a larger
    // one.
    defaults.put("spark.executorEnv.ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32");
    // Without it matrices have no algorithm on GPUs that gives the same bits each time.
    defaults.put("spark.executorEnv.CUBLAS_WORKSPACE_CONFIG", ":4096:8");
    defaults.put("spark.ui.showConsoleProgress", "false");
    defaults.put("spark.ui.retainedJobs", "200");
    defaults.put("spark.ui.retainedStages", "200");
    defaults.put("spark.ui.retainedTasks", "10000");
    defaults.put("spark.sql.session.timeZone", "UTC");
    return defaults;
  }

  /** Hadoop's configuration as Spark's settings make it, before an application runs. */
  public static Configuration hadoopConfiguration() {
    return SparkHadoopUtil.get().newConfiguration(new SparkConf());
  }

  /** Spark's version. */
  public static String sparkVersion() {
    return org.apache.spark.package$.MODULE$.SPARK_VERSION();
  }

  /** Spark's own session. */
  public SparkSession session() {
    return session;
  }

  /** Spark's own context. */
  public JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  /** Whether Spark gives tasks GPUs. */
  public boolean givesGpus() {
    return Gpus.areGiven(context());
  }

  /** The number of the GPU that Spark gives this process; empty if none. */
  public OptionalInt gpu() {
    return Gpus.ofDriver(context());
  }

  @Override
  public void close() {
    lost.close();
    session.stop();
  }
}

package dev.lockstep.spark.gang;

import java.util.HashSet;
import java.util.Set;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.StageInfo;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Which of Spark's stages are a gang's: those of its long-lived tasks, and those before them, which
 * bring lost shuffle files back. Used by one listener, in the thread that calls it.
 */
final class GangStages {
  private static final String JOB_GROUP = "spark.jobGroup.id";

  private final String prefix;
  private final Set<Integer> serving = new HashSet<>();
  private final Set<Integer> preparing = new HashSet<>();

  /** The stages of jobs whose group starts so. */
  GangStages(String prefix) {
    this.prefix = prefix;
  }

  /** Learns the stages of a job, if it is a gang's. The last stage of a job is numbered last. */
  void add(SparkListenerJobStart start) {
    String group = start.properties() == null ? null : start.properties().getProperty(JOB_GROUP);
    if (group == null || !group.startsWith(prefix)) {
      return;
    }
    int last = -1;
    for (StageInfo stage : CollectionConverters.asJava(start.stageInfos())) {
      preparing.add(stage.stageId());
      last = Math.max(last, stage.stageId());
    }
    preparing.remove(last);
    serving.add(last);
  }

  /** Whether the tasks of a stage are the long-lived ones. */
  boolean serves(int stage) {
    return serving.contains(stage);
  }

  /** Whether a stage is one that the long-lived tasks wait for. */
  boolean prepares(int stage) {
    return preparing.contains(stage);
  }
}

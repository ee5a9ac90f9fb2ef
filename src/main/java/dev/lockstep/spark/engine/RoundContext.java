package dev.lockstep.spark.engine;

import dev.lockstep.data.Schema;
import dev.lockstep.model.Model;
import dev.lockstep.train.ShardWorker;
import dev.lockstep.train.TeacherScores;
import dev.lockstep.train.metric.MetricSettings;
import java.io.Serializable;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * What stays the same over all rounds of an engine; travels once, as a broadcast. Workers with
 * their replicas live as long as the broadcast's value on their executor, which Spark holds until
 * the engine destroys it: a task takes an idle one and puts it back. Should Spark move the value to
 * disk, the next task makes a worker anew.
 *
 * @param model the model
 * @param schema the schema of the encoded rows
 * @param shards S
 * @param metrics settings of the metrics
 * @param idle the workers that wait in this JVM
 * @param taught what the model's teacher has said in this JVM, if it has one
 */
public record RoundContext(
    Model model,
    Schema schema,
    int shards,
    MetricSettings metrics,
    IdleWorkers idle,
    TeacherScores taught)
    implements Serializable {
  /** A context without workers. */
  RoundContext(Model model, Schema schema, int shards, MetricSettings metrics) {
    this(model, schema, shards, metrics, new IdleWorkers(), new TeacherScores());
  }

  /** Lends an idle worker of this JVM, or a new one; after a failure it is closed. */
  public <T> T withWorker(Function<ShardWorker, T> task) {
    OptionalInt gpu = Gpus.ofTask();
    ShardWorker worker =
        idle.take(gpu)
            .orElseGet(() -> new ShardWorker(model, schema, shards, metrics, taught, gpu));
    boolean done = false;
    try {
      T result = task.apply(worker);
      done = true;
      return result;
    } finally {
      if (done) {
        idle.put(worker, gpu);
      } else {
        worker.close();
      }
    }
  }

  /** Closes the idle workers of this JVM, and others when their tasks end. */
  public void close() {
    idle.close();
  }
}

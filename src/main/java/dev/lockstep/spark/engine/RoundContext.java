package dev.lockstep.spark.engine;

import dev.lockstep.data.Schema;
import dev.lockstep.model.Model;
import dev.lockstep.train.ShardWorker;
import dev.lockstep.train.metric.MetricSettings;
import java.io.Serializable;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * What stays the same over all rounds of an engine; travels once, as a broadcast. Workers with
 * their replicas live as long as their executor: a task takes an idle one and puts it back.
 *
 * @param engine names the engine among all of this application
 * @param model the model
 * @param schema the schema of the encoded rows
 * @param shards S
 * @param metrics settings of the metrics
 */
public record RoundContext(
    String engine, Model model, Schema schema, int shards, MetricSettings metrics)
    implements Serializable {
  private static final Map<String, Queue<ShardWorker>> IDLE = new ConcurrentHashMap<>();

  /** Lends an idle worker of this JVM, or a new one; after a failure it is closed. */
  public <T> T withWorker(Function<ShardWorker, T> task) {
    Queue<ShardWorker> idle = IDLE.computeIfAbsent(engine, name -> new ConcurrentLinkedQueue<>());
    ShardWorker waiting = idle.poll();
    ShardWorker worker =
        waiting == null ? new ShardWorker(model, schema, shards, metrics) : waiting;
    boolean done = false;
    try {
      T result = task.apply(worker);
      done = true;
      return result;
    } finally {
      if (done) {
        idle.add(worker);
      } else {
        worker.close();
      }
    }
  }

  /** Closes the idle workers of this JVM. */
  public void close() {
    Queue<ShardWorker> idle = IDLE.remove(engine);
    if (idle != null) {
      idle.forEach(ShardWorker::close);
    }
  }
}

package dev.lockstep.train;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.Rows;
import dev.lockstep.data.Shard;
import dev.lockstep.data.Split;
import dev.lockstep.loss.Distillation;
import dev.lockstep.loss.Loss;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import dev.lockstep.model.Teacher;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The training rows of shards with what a teacher says of them, where there is one. The teacher
 * scores whole blocks, in their order, so that its scores depend on nothing else: neither on the
 * batches nor on the worker. One thread at a time.
 */
final class Lessons implements AutoCloseable {
  private final Optional<Teacher> teacher;
  private final TeacherScores known;
  private final OptionalInt gpu;

  /** The running teacher, from the first shard that it is asked about. */
  private Optional<Replica> replica = Optional.empty();

  /**
   * Lessons of a teacher.
   *
   * @param known what it has said already in this process
   * @param gpu the number of the GPU that it may run on; empty if none
   */
  Lessons(Optional<Teacher> teacher, TeacherScores known, OptionalInt gpu) {
    this.teacher = teacher;
    this.known = known;
    this.gpu = gpu;
  }

  /** The training rows of a shard. */
  Rows rows(Shard shard) {
    Rows rows = shard.rows(Split.TRAIN);
    return teacher
        .<Rows>map(
            asked -> new TaughtRows(rows, known.of(shard.number(), () -> scores(asked, rows))))
        .orElse(rows);
  }

  /** The rows of a block as they are judged: those that only the teacher knows weigh nothing. */
  Block judged(Block block) {
    if (teacher.isEmpty()) {
      return block;
    }
    float[] weights = new float[block.rows()];
    int labelled = 0;
    for (int i = 0; i < weights.length; i++) {
      boolean has = Distillation.isLabelled(block.labels(), i, block.labelWidth());
      weights[i] = has ? block.weight(i) : 0;
      labelled += has ? 1 : 0;
    }
    return labelled == weights.length ? block : block.withWeights(weights);
  }

  private float[][] scores(Teacher asked, Rows rows) {
    Replica running = replica.orElseGet(() -> asked.model().open(asked.schema(), gpu));
    replica = Optional.of(running);
    Parameters params = asked.parameters();
    Loss loss = asked.model().loss();
    int outputs = asked.model().outputs(asked.schema());
    float[][] scores = new float[rows.blocks()][];
    for (int b = 0; b < scores.length; b++) {
      int count = rows.rowsOf(b);
      scores[b] = new float[Math.multiplyExact(count, outputs)];
      running.predict(params, Batch.of(rows.block(b)), scores[b]);
      Distillation.teach(loss, scores[b], outputs, count);
    }
    return scores;
  }

  @Override
  public void close() {
    replica.ifPresent(Replica::close);
  }
}

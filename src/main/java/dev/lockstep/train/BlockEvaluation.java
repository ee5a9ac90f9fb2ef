package dev.lockstep.train;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.HeldOut;
import dev.lockstep.loss.Loss;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import dev.lockstep.train.metric.Evaluation;
import java.util.Arrays;
import java.util.List;

/** Adds blocks, as a replica scores them, to the evaluations of members. One thread at a time. */
final class BlockEvaluation {
  private final Replica replica;
  private final Loss loss;
  private final int outputs;
  private final HeldOutRows heldOutRows = new HeldOutRows();
  private float[] scores = {};
  private float[] memberScores = {};
  private float[] ones = {};

  /**
   * Evaluations of a model.
   *
   * @param replica stays the caller's
   * @param outputs scores a row
   */
  BlockEvaluation(Replica replica, Loss loss, int outputs) {
    this.replica = replica;
    this.loss = loss;
    this.outputs = outputs;
  }

  /**
   * Adds the rows of a block by their weights.
   *
   * @param judged of members that hold a fold out, that fold alone is added
   * @param into one for each member; written
   */
  void add(Block block, Parameters params, HeldOut judged, List<Evaluation> into) {
    int rows = block.rows();
    int width = Math.multiplyExact(rows, outputs);
    int length = Math.multiplyExact(width, params.members());
    scores = scores.length < length ? new float[length] : scores;
    memberScores = memberScores.length < width ? new float[width] : memberScores;
    Arrays.fill(scores, 0, length, 0f);
    replica.predict(params, Batch.of(block), scores);
    for (int k = 0; k < into.size(); k++) {
      if (judged.holdsOut(k)) {
        heldOutRows.judge(block, judged, k, scores, k * width, outputs);
        heldOutRows.addTo(into.get(k), loss, outputs);
      } else {
        System.arraycopy(scores, k * width, memberScores, 0, width);
        into.get(k).add(loss, memberScores, outputs, block.labels(), 0, weights(block), rows);
      }
    }
  }

  private float[] weights(Block block) {
    if (block.weights().length > 0) {
      return block.weights();
    }
    if (ones.length < block.rows()) {
      ones = new float[block.rows()];
      Arrays.fill(ones, 1f);
    }
    return ones;
  }
}

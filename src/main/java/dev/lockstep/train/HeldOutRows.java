package dev.lockstep.train;

import dev.lockstep.data.Block;
import dev.lockstep.data.HeldOut;
import dev.lockstep.loss.Loss;
import dev.lockstep.train.metric.Evaluation;

/** The rows of a block that a member holds out, side by side for its evaluation. Scratch arrays. */
final class HeldOutRows {
  private int count;
  private int[] rows = {};
  private float[] scores = {};
  private float[] labels = {};
  private float[] weights = {};

  /**
   * Gathers a member's rows.
   *
   * @param of scores of all rows, the member's {@code [rows, outputs]} from {@code from}
   */
  void judge(Block block, HeldOut heldOut, int member, float[] of, int from, int outputs) {
    int n = block.rows();
    int width = block.labelWidth();
    if (rows.length < n) {
      rows = new int[n];
      weights = new float[n];
    }
    if (scores.length < n * outputs) {
      scores = new float[n * outputs];
    }
    if (labels.length < n * width) {
      labels = new float[n * width];
    }
    count = heldOut.rows(member, block, rows);
    for (int i = 0; i < count; i++) {
      int row = rows[i];
      for (int o = 0; o < outputs; o++) {
        scores[i * outputs + o] = of[from + row * outputs + o];
      }
      for (int l = 0; l < width; l++) {
        labels[i * width + l] = block.labels()[row * width + l];
      }
      weights[i] = block.weight(row);
    }
  }

  /** Adds the gathered rows to an evaluation. */
  void addTo(Evaluation evaluation, Loss loss, int outputs) {
    evaluation.add(loss, scores, outputs, labels, 0, weights, count);
  }
}

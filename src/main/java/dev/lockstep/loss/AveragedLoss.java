package dev.lockstep.loss;

/** A loss of numbers or counts that is another one, averaged over the outputs of a row. */
interface AveragedLoss extends Loss {
  /** The same, summed over the outputs. */
  Loss summed();

  @Override
  default Task task() {
    return summed().task();
  }

  @Override
  default boolean probabilistic() {
    return summed().probabilistic();
  }

  @Override
  default double slopes(
      float[] scores,
      int scoresFrom,
      int outputs,
      float[] labels,
      int labelRow,
      float[] weights,
      int rows) {
    double lossSum = summed().slopes(scores, scoresFrom, outputs, labels, labelRow, weights, rows);
    for (int i = 0; i < rows * outputs; i++) {
      scores[scoresFrom + i] /= outputs;
    }
    return lossSum / outputs;
  }

  @Override
  default void predictions(float[] scores, int outputs, int rows) {
    summed().predictions(scores, outputs, rows);
  }
}

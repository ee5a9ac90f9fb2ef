package dev.lockstep.spark.encode;

import dev.lockstep.train.ScaledRange;
import java.util.ArrayList;
import java.util.List;

/**
 * A column that goes into the features.
 *
 * @param column its name within the pipeline
 * @param names the names of its features
 * @param scaling of the features, so that it can be undone
 */
record FeatureBlock(String column, List<String> names, Scaling scaling) {
  /** What was done to the numbers of a block by mean and deviation of the training rows. */
  enum Scaling {
    NONE,
    DIVIDED,
    STANDARDIZED
  }

  /** Which features of blocks, one after the other, are divided by a deviation. */
  static List<ScaledRange> scaled(List<FeatureBlock> blocks) {
    List<ScaledRange> ranges = new ArrayList<>();
    int from = 0;
    for (FeatureBlock block : blocks) {
      int to = from + block.names().size();
      if (block.scaling() != Scaling.NONE) {
        ranges.add(new ScaledRange(from, to, block.scaling() == Scaling.STANDARDIZED));
      }
      from = to;
    }
    return ranges;
  }
}

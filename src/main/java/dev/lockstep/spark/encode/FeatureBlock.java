package dev.lockstep.spark.encode;

import dev.lockstep.train.ScaledRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A column that goes into the features.
 *
 * @param column its name within the pipeline
 * @param names the names of its features
 * @param scaling of the features, so that it can be undone
 * @param filled names of features with missing values, which mean and deviation leave out: encoded
 *     rows do not tell them any more
 */
record FeatureBlock(String column, List<String> names, Scaling scaling, Set<String> filled) {
  /** What was done to the numbers of a block by mean and deviation of the training rows. */
  enum Scaling {
    NONE,
    DIVIDED,
    STANDARDIZED
  }

  /** Which features of blocks, one after the other, are divided by a deviation of their rows. */
  static List<ScaledRange> scaled(List<FeatureBlock> blocks) {
    List<ScaledRange> ranges = new ArrayList<>();
    int from = 0;
    for (FeatureBlock block : blocks) {
      if (block.scaling() != Scaling.NONE) {
        block.addRanges(from, ranges);
      }
      from += block.names().size();
    }
    return ranges;
  }

  private void addRanges(int start, List<ScaledRange> ranges) {
    int from = 0;
    for (int to = 0; to <= names.size(); to++) {
      if (to == names.size() || filled.contains(names.get(to))) {
        if (from < to) {
          boolean centred = scaling == Scaling.STANDARDIZED;
          ranges.add(new ScaledRange(start + from, start + to, centred));
        }
        from = to + 1;
      }
    }
  }
}

package dev.lockstep.spark.source;

import dev.lockstep.spark.source.Source.InputFile;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * The images that cannot be used, where they are to be dropped: a pass over all images finds them.
 * Where they are errors, the pass that encodes them tells.
 */
final class BadImages implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int TASKS_A_SLOT = 4;

  private final HashSet<String> names;

  private BadImages(Set<String> names) {
    this.names = new HashSet<>(names);
  }

  /**
   * Finds them.
   *
   * @param wanted whether they are to be dropped; else none are looked for
   */
  static BadImages find(
      SparkSession session, ImageSet set, List<InputFile> inputs, boolean wanted) {
    if (!wanted) {
      return new BadImages(Set.of());
    }
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    ArrayList<String> all = new ArrayList<>();
    inputs.forEach(input -> all.add(input.path()));
    int tasks = Math.min(all.size(), TASKS_A_SLOT * spark.defaultParallelism());
    return new BadImages(Set.copyOf(spark.parallelize(all, tasks).filter(set::isBad).collect()));
  }

  /** Whether an image is one of them. */
  boolean contains(String name) {
    return names.contains(name);
  }
}

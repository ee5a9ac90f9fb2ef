package dev.lockstep.spark.source;

import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Cuts files into the parts that tasks read. No result depends on the cuts. */
final class LineSplits {
  /** Hadoop's own setting for the largest split of a file. */
  static final String MAX_BYTES = "mapreduce.input.fileinputformat.split.maxsize";

  private static final long SMALLEST = 4L << 20;
  private static final long LARGEST = 128L << 20;

  private LineSplits() {}

  /**
   * One list of splits per task, in the order of files and offsets.
   *
   * @param starts where the rows of each file begin
   * @param whole whether files must not be cut
   * @param slots how many tasks run at once
   */
  static List<List<LineSplit>> tasks(
      Configuration hadoop, List<ListedFile> files, long[] starts, boolean whole, int slots) {
    long total = files.stream().mapToLong(file -> file.input().sizeBytes()).sum();
    long wanted = Math.max(SMALLEST, Math.min(LARGEST, total / (4L * slots)));
    long target = Math.max(1, hadoop.getLong(MAX_BYTES, wanted));
    List<List<LineSplit>> tasks = new ArrayList<>();
    List<LineSplit> task = new ArrayList<>();
    long taskBytes = 0;
    for (int f = 0; f < files.size(); f++) {
      for (LineSplit split : splits(hadoop, files.get(f), starts[f], whole, target)) {
        task.add(split);
        taskBytes += Math.min(split.end(), split.file().input().sizeBytes()) - split.start();
        if (taskBytes >= target) {
          tasks.add(task);
          task = new ArrayList<>();
          taskBytes = 0;
        }
      }
    }
    if (!task.isEmpty()) {
      tasks.add(task);
    }
    return tasks;
  }

  private static List<LineSplit> splits(
      Configuration hadoop, ListedFile file, long dataStart, boolean whole, long target) {
    if (whole || LineCursor.codec(hadoop, file) != null) {
      return List.of(LineSplit.whole(file, dataStart));
    }
    List<LineSplit> splits = new ArrayList<>();
    long size = file.input().sizeBytes();
    for (long start = 0; start < size; start += target) {
      splits.add(new LineSplit(file, start, Math.min(size, start + target), dataStart));
    }
    return splits;
  }
}

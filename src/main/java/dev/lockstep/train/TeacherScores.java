package dev.lockstep.train;

import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What a teacher says of the training rows of shards, asked once for each shard in a process: its
 * scores of a row never change. A copy that is sent knows nothing. Safe for threads.
 */
public final class TeacherScores implements Serializable {
  private static final long serialVersionUID = 1L;

  private final transient Map<Integer, Place> known = new ConcurrentHashMap<>();

  /** Of one shard. */
  private static final class Place {
    private float[][] scores;
  }

  /**
   * The scores of a shard.
   *
   * @param ask gives them where they are not known; others who want the same shard wait
   * @return of each block {@code [rows, outputs]}; not to be written to
   */
  float[][] of(int shard, Supplier<float[][]> ask) {
    Place place = known.computeIfAbsent(shard, each -> new Place());
    synchronized (place) {
      if (place.scores == null) {
        place.scores = ask.get();
      }
      return place.scores;
    }
  }

  private Object readResolve() {
    return new TeacherScores();
  }
}

package dev.lockstep.spark.source;

import java.io.Serializable;

/**
 * What a pass over some splits found.
 *
 * @param survey what it learnt; null in a pass that only counts
 * @param rows well-formed rows
 * @param bad malformed rows
 * @param first the first malformed row in the order of files and offsets; null if there is none
 */
record LineCounts(LineSurvey survey, long rows, long bad, BadLine first) implements Serializable {
  /** Adds the counts of the splits that follow these; the survey is changed. */
  LineCounts and(LineCounts later) {
    if (survey != null) {
      survey.add(later.survey);
    }
    return new LineCounts(
        survey, rows + later.rows, bad + later.bad, first != null ? first : later.first);
  }
}

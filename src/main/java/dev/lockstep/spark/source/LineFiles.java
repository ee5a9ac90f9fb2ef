package dev.lockstep.spark.source;

import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.spark.source.Source.SourceRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Files of a line format as a data frame. A first pass surveys all rows, counts the malformed ones
 * and finds the first of them, so that counts are exact whatever is retried and errors come before
 * the run starts; the second pass is lazy.
 */
final class LineFiles {
  private final SparkSession session;
  private final List<ListedFile> files;
  private final long[] starts;
  private final LineLimits limits;
  private final Configuration hadoop;

  /**
   * Listed files.
   *
   * @param starts where the rows of each file begin, after its header
   */
  LineFiles(SparkSession session, List<ListedFile> files, long[] starts, LineLimits limits) {
    this.session = session;
    this.files = files;
    this.starts = starts;
    this.limits = limits;
    this.hadoop = hadoop(session);
  }

  /** Hadoop's settings of a session. */
  static Configuration hadoop(SparkSession session) {
    return session.sessionState().newHadoopConf();
  }

  /** The rows that a survey of them finds. */
  SourceRows open(SourceRequest request, LineSurvey survey) {
    LineTasks tasks = tasks(request);
    LineCounts counts = tasks.survey(survey);
    refuse(counts, request);
    if (counts.rows() + counts.bad() == 0) {
      throw empty();
    }
    LineTable all = counts.survey().table();
    if (all.mayRefuse()) {
      counts = tasks.count(all);
      refuse(counts, request);
    }
    LineTable table = all.only(request.columns()).withTexts(request.texts());
    long bad = counts.bad();
    long rows = counts.rows();
    return new SourceRows(
        session.createDataFrame(
            tasks.rows(table, request.dropBadRows()), Identity.addTo(table.schema())),
        rows,
        InputFiles.inputs(files),
        () -> bad,
        this::name);
  }

  private String name(String file, long position) {
    return files.stream()
        .filter(listed -> listed.input().path().equals(file))
        .findFirst()
        .map(listed -> BadLine.name(hadoop, listed, position))
        .orElseGet(() -> RowNames.PLAIN.of(file, position));
  }

  private LineTasks tasks(SourceRequest request) {
    int slots = session.sparkContext().defaultParallelism();
    List<List<LineSplit>> splits =
        LineSplits.tasks(hadoop, files, starts, limits.multiLine(), slots);
    if (splits.isEmpty()) {
      throw empty();
    }
    if (request.headOnly()) {
      splits = List.of(splits.stream().flatMap(List::stream).toList());
    }
    return new LineTasks(session, hadoop, splits, limits, request.mostRows());
  }

  private void refuse(LineCounts counts, SourceRequest request) {
    if (counts.first() == null) {
      return;
    }
    if (!request.dropBadRows()) {
      throw counts.first().error(hadoop);
    }
    if (counts.rows() == 0) {
      throw new DataException(
          "all "
              + counts.bad()
              + " rows are malformed, the first: "
              + counts.first().error(hadoop).getMessage());
    }
  }

  private InputMissingException empty() {
    String more = files.size() == 1 ? "" : " and " + (files.size() - 1) + " more files";
    return new InputMissingException(files.get(0).name() + more + " held no rows");
  }

  /** What to throw where a file could not be read: bad data, or the failure of its storage. */
  static RuntimeException unreadable(ListedFile file, IOException e) {
    return ReaderFailures.ofStorage(e)
        ? new UncheckedIOException(e)
        : new DataException(file.name() + " cannot be read: " + e.getMessage(), e);
  }
}

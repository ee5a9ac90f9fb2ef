package dev.lockstep.spark.source;

import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.source.Source.SourceRequest;
import dev.lockstep.spark.source.Source.SourceRows;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Files as windows of tokens. A row is identified by its file and its first token's number. The
 * driver reads each file to count its tokens, then tasks read it again, each for a run of windows.
 */
final class WindowFiles {
  private static final int IDENTITY = 3;

  private final Windows settings;
  private final SparkSession session;
  private final SourceRequest request;
  private final Configuration hadoop;

  WindowFiles(Windows settings, SparkSession session, SourceRequest request) {
    this.settings = settings;
    this.session = session;
    this.request = request;
    this.hadoop = LineFiles.hadoop(session);
  }

  /** A run of windows of a file. */
  private record Run(ListedFile file, Tokenizer.Unit unit, WindowPlaces places, int from, int to)
      implements Serializable {
    Iterator<Row> rows(Configuration hadoop) {
      WindowText text = WindowText.read(hadoop, file, unit);
      return IntStream.range(from, to)
          .mapToObj(
              window -> {
                int start = places.start(window, text.size());
                Object[] cells = new Object[1 + IDENTITY];
                cells[0] = text.window(start, places.end(window, text.size()));
                Identity.set(cells, 1, file.input().path(), start);
                return RowFactory.create(cells);
              })
          .iterator();
    }
  }

  SourceRows open() {
    List<ListedFile> files = InputFiles.list(hadoop, settings.path(), request.expected());
    ArrayList<Run> runs = new ArrayList<>();
    long rows = 0;
    for (ListedFile file : files) {
      int windows = settings.places().count(WindowText.read(hadoop, file, settings.unit()).size());
      int wanted = (int) Math.min(windows, request.mostRows() - rows);
      add(runs, file, wanted);
      rows += wanted;
    }
    if (rows == 0) {
      throw new InputMissingException(
          files.get(0).name()
              + " holds no two tokens from data.source.from on: there is nothing to predict");
    }
    StructType schema =
        Identity.addTo(
            new StructType().add(TokenColumn.of(settings.unit(), settings.context() + 1)));
    // Kryo, which data of Spark go by, knows no records; functions go by Java.
    List<Integer> numbers = IntStream.range(0, runs.size()).boxed().toList();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    Broadcast<SerializableConfiguration> broadcast =
        spark.broadcast(new SerializableConfiguration(hadoop));
    return new SourceRows(
        Identity.select(
            session.createDataFrame(
                spark
                    .parallelize(numbers, runs.size())
                    .flatMap(number -> runs.get(number).rows(broadcast.value().value())),
                schema),
            request.columns()),
        rows,
        InputFiles.inputs(files),
        BadRows.NONE);
  }

  /** As many runs of a file as there are slots: each reads the whole of it. */
  private void add(List<Run> runs, ListedFile file, int windows) {
    int tasks = Math.min(windows, session.sparkContext().defaultParallelism());
    for (int task = 0; task < tasks; task++) {
      int from = (int) ((long) windows * task / tasks);
      int to = (int) ((long) windows * (task + 1) / tasks);
      runs.add(new Run(file, settings.unit(), settings.places(), from, to));
    }
  }
}

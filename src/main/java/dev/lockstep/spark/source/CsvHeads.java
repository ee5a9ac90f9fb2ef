package dev.lockstep.spark.source;

import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.source.Source.SourceRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** Reads the first lines of csv files, on the driver: skipped lines, header, number of fields. */
final class CsvHeads {
  private final Configuration hadoop;
  private final Csv settings;
  private final LineLimits limits;
  private final CsvDialect dialect;

  CsvHeads(Configuration hadoop, Csv settings) {
    this.hadoop = hadoop;
    this.settings = settings;
    this.limits = settings.limits();
    this.dialect = settings.dialect();
  }

  /**
   * The first record of a file behind the skipped lines.
   *
   * @param fields its fields; empty where the file has no such record
   * @param offset where it begins
   * @param end where the next one begins
   */
  private record Head(List<String> fields, long offset, long end) {}

  /**
   * The columns of all files.
   *
   * @param request the types that are asked for
   * @param starts is written: where the rows of each file begin
   * @throws DataException if the headers differ or a name is used twice
   * @throws InputMissingException if no file holds a line
   */
  CsvFormat format(List<ListedFile> files, SourceRequest request, long[] starts) {
    Seen seen = new Seen(files, starts);
    if (settings.hasHeader() || settings.skip() > 0) {
      readAhead(files, seen);
    } else {
      for (int f = 0; f < files.size() && seen.first == null; f++) {
        seen.take(f, head(files.get(f)));
      }
    }
    if (seen.first == null) {
      throw new InputMissingException(files.get(0).name() + " is empty: check data.source.path");
    }
    List<String> names = names(seen.first, seen.header);
    if (!request.other()) {
      checkTypes(names);
    }
    return new CsvFormat(
        dialect,
        names,
        settings.hasHeader() ? seen.header : List.of(),
        settings.nulls(),
        ColumnType.merge(settings.types(), request.types()));
  }

  private void readAhead(List<ListedFile> files, Seen seen) {
    try {
      ReadAhead.inOrder(files, this::head, seen::take);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the heads of the first files say. */
  private final class Seen {
    private final List<ListedFile> files;
    private final long[] starts;
    private List<String> header = List.of();
    private ListedFile first;

    Seen(List<ListedFile> files, long[] starts) {
      this.files = files;
      this.starts = starts;
    }

    void take(int number, Head head) {
      ListedFile file = files.get(number);
      starts[number] = settings.hasHeader() ? head.end() : head.offset();
      if (head.fields().isEmpty()) {
        return;
      }
      if (first == null) {
        header = head.fields();
        first = file;
      } else if (settings.hasHeader() && !head.fields().equals(header)) {
        throw new DataException(
            "%s: the header is %s, must be as in %s: %s"
                .formatted(
                    file.name(),
                    String.join(", ", head.fields()),
                    first.name(),
                    String.join(", ", header)));
      }
    }
  }

  private Head head(ListedFile file) {
    CsvTokenizer tokenizer = new CsvTokenizer(dialect);
    try (LineCursor cursor = LineCursor.open(hadoop, LineSplit.whole(file), limits)) {
      for (int skipped = 0; skipped < settings.skip(); skipped++) {
        if (!cursor.next()) {
          return new Head(List.of(), cursor.position(), cursor.position());
        }
      }
      while (cursor.next()) {
        cursor.check();
        if (CsvLine.isRow(dialect, cursor.bytes(), cursor.length())) {
          int count = tokenizer.split(cursor.bytes(), cursor.length());
          List<String> fields = CsvLine.texts(tokenizer, cursor.bytes(), count);
          return new Head(fields, cursor.offset(), cursor.position());
        }
      }
      return new Head(List.of(), cursor.position(), cursor.position());
    } catch (BadLineException e) {
      throw new DataException(file.name() + ", first row: " + e.getMessage());
    } catch (IOException e) {
      throw LineFiles.unreadable(file, e);
    }
  }

  private List<String> names(ListedFile file, List<String> fields) {
    List<String> names = new ArrayList<>(settings.names());
    if (!names.isEmpty() && names.size() != fields.size()) {
      throw new DataException(
          file.name()
              + ": the first line has "
              + fields.size()
              + " values, data.source.names has "
              + names.size()
              + " names; they must be as many");
    }
    for (int i = names.size(); i < fields.size(); i++) {
      boolean named = settings.hasHeader() && !fields.get(i).isBlank();
      names.add(named ? fields.get(i) : "c" + i);
    }
    Set<String> used = new HashSet<>();
    for (String name : names) {
      if (Identity.reserves(name)) {
        throw new DataException(file.name() + ": column names must not be like " + name);
      }
      if (!used.add(name.toLowerCase(Locale.ROOT))) {
        throw new DataException(
            file.name()
                + ": the column name "
                + name
                + " appears twice; names must differ in more than case: set data.source.names");
      }
    }
    return List.copyOf(names);
  }

  private void checkTypes(List<String> names) {
    for (String name : settings.types().keySet()) {
      if (!names.contains(name)) {
        throw new DataException(
            "data.source.types names the column "
                + name
                + ", which the source does not have; it has "
                + String.join(", ", names));
      }
    }
  }
}

package dev.lockstep.spark.prepare;

import dev.lockstep.data.Split;
import dev.lockstep.spark.prepare.StatisticsRequest.Numbers;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/** Adds the rows of one shard, in order; checks the rows of every split. Not safe for threads. */
public final class StatisticsReader {
  private static final int FIRST_LABEL = 4;

  private final StatisticsRequest request;
  private final Statistics sums;
  private final List<Map<UTF8String, long[]>> counts;
  private final List<Map<UTF8String, long[]>> labels;
  private final List<Map<UTF8String, long[]>> otherLabels;
  private final List<VectorEntries> entries;
  private final int weightAt;
  private final int offsetAt;
  private final int numbersAt;
  private final int categoriesAt;
  private final int vectorsAt;

  /** A reader of rows with the columns that the request names. */
  public StatisticsReader(StatisticsRequest request) {
    this.request = request;
    this.sums = Statistics.of(request);
    this.counts = counters(sums.categories().size());
    this.labels = counters(sums.labels().size());
    this.otherLabels = counters(sums.labels().size());
    this.entries = request.vectors().stream().map(v -> new VectorEntries(v.scaling())).toList();
    this.weightAt = FIRST_LABEL + request.labels().size();
    this.offsetAt = weightAt + (request.weight().isEmpty() ? 0 : 1);
    this.numbersAt = offsetAt + (request.offset().isEmpty() ? 0 : 1);
    this.categoriesAt = numbersAt + request.numbers().size();
    this.vectorsAt = categoriesAt + request.categories().size();
  }

  private static List<Map<UTF8String, long[]>> counters(int columns) {
    return IntStream.range(0, columns)
        .<Map<UTF8String, long[]>>mapToObj(c -> new HashMap<>())
        .toList();
  }

  /** The statistics of rows whose first column is their split. */
  Statistics read(Iterator<InternalRow> rows) {
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      add(row, row.getInt(0) == Split.TRAIN.ordinal());
    }
    return statistics();
  }

  /**
   * Adds a row; its first column is not read.
   *
   * @throws RuntimeException that names the row if it cannot be used
   */
  public void add(InternalRow row, boolean train) {
    labels(row, train);
    extras(row);
    numbers(row, train);
    categories(row, train);
    for (int v = 0; v < entries.size(); v++) {
      vector(row, v, train);
    }
  }

  /** The vector of the last row in a column of vectors; the next row overwrites it. */
  public VectorEntries entries(int column) {
    return entries.get(column);
  }

  /** What the rows add up to. To be called once. */
  public Statistics statistics() {
    take(counts, sums.categories());
    take(labels, sums.labels());
    take(otherLabels, sums.otherLabels());
    return sums;
  }

  private static void take(List<Map<UTF8String, long[]>> counted, List<Categories> into) {
    for (int c = 0; c < counted.size(); c++) {
      for (Map.Entry<UTF8String, long[]> count : counted.get(c).entrySet()) {
        into.get(c).add(count.getKey().toString(), count.getValue()[0]);
      }
    }
  }

  /** Counts a value; true if it is the first of its kind. */
  private static boolean first(Map<UTF8String, long[]> counted, UTF8String value) {
    long[] count = counted.get(value);
    if (count != null) {
      count[0]++;
      return false;
    }
    counted.put(value.clone(), new long[] {1});
    return true;
  }

  private void labels(InternalRow row, boolean train) {
    for (int k = 0; k < request.labels().size(); k++) {
      int at = FIRST_LABEL + k;
      String name = request.labels().get(k);
      if (row.isNullAt(at)) {
        if (request.someUnlabelled() && train) {
          continue;
        }
        throw wrong(
            row,
            "the label " + name + " is missing",
            "leave such rows out, as by data.where = \"" + name + " is not null\"");
      }
      if (request.classes()) {
        UTF8String value = row.getUTF8String(at);
        if (first((train ? labels : otherLabels).get(k), value)) {
          requireClass(row, name, value.toString());
        }
      } else {
        double value = row.getDouble(at);
        if (!usable(value) || request.nonNegative() && value < 0) {
          String must = request.nonNegative() ? "a finite number from 0" : "a finite number";
          throw wrong(row, "the label " + name + " is " + value, "it must be " + must);
        }
      }
    }
  }

  private static void requireClass(InternalRow row, String name, String value) {
    if (value.equals("NaN") || value.endsWith("Infinity")) {
      throw wrong(row, "the label " + name + " is " + value, "a label must be a class");
    }
  }

  private void extras(InternalRow row) {
    if (!request.weight().isEmpty()) {
      double weight = row.isNullAt(weightAt) ? Double.NaN : row.getDouble(weightAt);
      if (!usable(weight) || weight < 0) {
        String shown = row.isNullAt(weightAt) ? "missing" : String.valueOf(weight);
        throw wrong(
            row,
            "the weight " + request.weight() + " is " + shown,
            "it must be a finite number from 0");
      }
    }
    if (!request.offset().isEmpty()) {
      double offset = row.isNullAt(offsetAt) ? Double.NaN : row.getDouble(offsetAt);
      if (!usable(offset)) {
        String shown = row.isNullAt(offsetAt) ? "missing" : String.valueOf(offset);
        throw wrong(
            row, "the offset " + request.offset() + " is " + shown, "it must be a finite number");
      }
    }
  }

  private void numbers(InternalRow row, boolean train) {
    for (int j = 0; j < request.numbers().size(); j++) {
      Moments moments = sums.numbers().get(j);
      if (row.isNullAt(numbersAt + j)) {
        if (train) {
          moments.addMissing();
        }
        continue;
      }
      double x = row.getDouble(numbersAt + j);
      if (!usable(x)) {
        Numbers column = request.numbers().get(j);
        throw unusable(row, "column " + column.name(), x);
      }
      if (train) {
        moments.add(x);
      }
    }
  }

  private void categories(InternalRow row, boolean train) {
    if (!train) {
      return;
    }
    for (int j = 0; j < counts.size(); j++) {
      Categories column = sums.categories().get(j);
      if (row.isNullAt(categoriesAt + j)) {
        column.addMissing();
      } else if (!column.more()
          && first(counts.get(j), row.getUTF8String(categoriesAt + j))
          && counts.get(j).size() > column.most()) {
        column.addTooMany();
        counts.get(j).clear();
      }
    }
  }

  private void vector(InternalRow row, int v, boolean train) {
    String name = request.vectors().get(v).name();
    if (row.isNullAt(vectorsAt + v)) {
      throw wrong(row, "column " + name + " is missing", "a vector must be there in every row");
    }
    VectorEntries vector = entries.get(v);
    vector.read(row.getStruct(vectorsAt + v, 4));
    VectorMoments moments = sums.vectors().get(v);
    if (!moments.accepts(vector.size())) {
      throw wrong(
          row,
          "column " + name + " has " + vector.size() + " elements",
          "every row must have as many as the others, "
              + moments.size()
              + " (data.source.features of libsvm files)");
    }
    int wrong = vector.firstUnusable();
    if (wrong >= 0) {
      String element = "column " + name + ", element " + vector.index(wrong);
      throw unusable(row, element, vector.value(wrong));
    }
    if (train && request.vectors().get(v).moments()) {
      for (int i = 0; i < vector.count(); i++) {
        moments.add(vector.index(i), vector.value(i));
      }
    }
    if (train) {
      moments.addRow(vector.count());
    }
  }

  private static boolean usable(double x) {
    return Math.abs(x) <= Float.MAX_VALUE;
  }

  private static BadRowException unusable(InternalRow row, String what, double x) {
    return wrong(
        row,
        what + " is " + x,
        "it must be a finite float32 number: leave the row out by data.where, or derive the column"
            + " anew in data.columns");
  }

  private static BadRowException wrong(InternalRow row, String what, String must) {
    return new BadRowException(
        row.getInt(1), row.getUTF8String(2).toString(), row.getLong(3), what + "; " + must);
  }
}

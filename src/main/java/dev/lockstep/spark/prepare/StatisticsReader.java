package dev.lockstep.spark.prepare;

import dev.lockstep.data.Split;
import dev.lockstep.spark.prepare.StatisticsRequest.Numbers;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/** Adds the rows of one shard, in order; checks the rows of every split. */
final class StatisticsReader {
  private static final int FIRST_LABEL = 4;

  private final StatisticsRequest request;
  private final Statistics sums;
  private final List<Map<UTF8String, long[]>> counts;
  private final int weightAt;
  private final int offsetAt;
  private final int numbersAt;
  private final int categoriesAt;
  private final int vectorsAt;

  StatisticsReader(StatisticsRequest request) {
    this.request = request;
    this.sums = Statistics.of(request);
    this.counts =
        request.categories().stream().<Map<UTF8String, long[]>>map(c -> new HashMap<>()).toList();
    this.weightAt = FIRST_LABEL + request.labels().size();
    this.offsetAt = weightAt + (request.weight().isEmpty() ? 0 : 1);
    this.numbersAt = offsetAt + (request.offset().isEmpty() ? 0 : 1);
    this.categoriesAt = numbersAt + request.numbers().size();
    this.vectorsAt = categoriesAt + request.categories().size();
  }

  Statistics read(Iterator<InternalRow> rows) {
    while (rows.hasNext()) {
      InternalRow row = rows.next();
      boolean train = row.getInt(0) == Split.TRAIN.ordinal();
      labels(row, train);
      extras(row);
      numbers(row, train);
      categories(row, train);
      for (int v = 0; v < request.vectors().size(); v++) {
        vector(row, v, train);
      }
    }
    for (int c = 0; c < counts.size(); c++) {
      for (Map.Entry<UTF8String, long[]> count : counts.get(c).entrySet()) {
        sums.categories().get(c).add(count.getKey().toString(), count.getValue()[0]);
      }
    }
    return sums;
  }

  private void labels(InternalRow row, boolean train) {
    for (int k = 0; k < request.labels().size(); k++) {
      int at = FIRST_LABEL + k;
      String name = request.labels().get(k);
      if (row.isNullAt(at)) {
        throw wrong(
            row,
            "the label " + name + " is missing",
            "leave such rows out, as by data.where = \"" + name + " is not null\"");
      }
      if (request.classes()) {
        String value = row.getUTF8String(at).toString();
        if (value.equals("NaN") || value.endsWith("Infinity")) {
          throw wrong(row, "the label " + name + " is " + value, "a label must be a class");
        }
        (train ? sums.labels() : sums.otherLabels()).get(k).add(value, 1);
      } else {
        double value = row.getDouble(at);
        if (!usable(value) || request.nonNegative() && value < 0) {
          String must = request.nonNegative() ? "a finite number from 0" : "a finite number";
          throw wrong(row, "the label " + name + " is " + value, "it must be " + must);
        }
      }
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
      if (row.isNullAt(categoriesAt + j)) {
        sums.categories().get(j).addMissing();
        continue;
      }
      UTF8String value = row.getUTF8String(categoriesAt + j);
      long[] count = counts.get(j).get(value);
      if (count == null) {
        count = new long[1];
        counts.get(j).put(value.clone(), count);
      }
      count[0]++;
    }
  }

  private void vector(InternalRow row, int v, boolean train) {
    String name = request.vectors().get(v).name();
    if (row.isNullAt(vectorsAt + v)) {
      throw wrong(row, "column " + name + " is missing", "a vector must be there in every row");
    }
    InternalRow vector = row.getStruct(vectorsAt + v, 4);
    boolean dense = vector.getByte(0) == 1;
    double[] values = vector.getArray(3).toDoubleArray();
    int[] indices = dense ? null : vector.getArray(2).toIntArray();
    int size = dense ? values.length : vector.getInt(1);
    VectorMoments moments = sums.vectors().get(v);
    if (!moments.accepts(size)) {
      throw wrong(
          row,
          "column " + name + " has " + size + " elements",
          "every row must have as many as the others, " + moments.size());
    }
    for (int i = 0; i < values.length; i++) {
      int index = dense ? i : indices[i];
      if (!usable(values[i])) {
        throw unusable(row, "column " + name + ", element " + index, values[i]);
      }
      if (train) {
        moments.add(index, values[i]);
      }
    }
    if (train) {
      moments.addRow(values.length);
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

package dev.lockstep.spark.prepare;

import dev.lockstep.spark.source.NumberedFiles;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.vectorized.ColumnVector;

/**
 * The places of all rows of numbered files, in their order: where identities alone decide, a place
 * is read instead of looked for. 8 bytes a row.
 */
public final class FilePlaces implements Serializable {
  private static final long serialVersionUID = 1L;

  private final HashMap<String, Integer> firsts;
  private final long[] places;

  private FilePlaces(HashMap<String, Integer> firsts, long[] places) {
    this.firsts = firsts;
    this.places = places;
  }

  /**
   * Finds the place of every row.
   *
   * @param keys of all rows, in the order of the files; no two of a split may be equal
   * @param splits of all rows
   */
  static FilePlaces of(NumberedFiles files, RowKeys keys, byte[] splits, Placement placement) {
    SpreadKeys[] ranks =
        Arrays.stream(placement.ranks()).map(SpreadKeys::new).toArray(SpreadKeys[]::new);
    long[] places = new long[keys.size()];
    IntStream.range(0, places.length)
        .parallel()
        .forEach(
            row -> {
              long mixed = placement.rankKey().bits(keys.ranks()[row]);
              int split = splits[row];
              places[row] = Placement.place(split, ranks[split].lowerBound(mixed));
            });
    return new FilePlaces(files.firsts(), places);
  }

  /**
   * Reads the places of rows of a file.
   *
   * @param numbers of the rows within the file
   * @param into {@code [rows]}; written
   */
  public void read(String file, ColumnVector numbers, int rows, long[] into) {
    int first = firsts.get(file);
    for (int row = 0; row < rows; row++) {
      into[row] = places[Math.toIntExact(first + numbers.getLong(row))];
    }
  }
}

package dev.lockstep.spark.prepare;

import dev.lockstep.spark.source.NumberedFiles;
import java.io.Serializable;
import java.util.HashMap;
import org.apache.spark.sql.vectorized.ColumnVector;

/**
 * The places of all rows of numbered files, in their order: where identities alone decide, a place
 * is read instead of looked for. 8 bytes a row.
 */
public final class FilePlaces implements Serializable {
  private static final long serialVersionUID = 1L;

  private final HashMap<String, Integer> firsts = new HashMap<>();
  private final long[] places;

  private FilePlaces(long[] places) {
    this.places = places;
  }

  /**
   * Ranks every row within its split.
   *
   * @param keys of all rows, in the order of the files; no two of a split may be equal
   */
  static FilePlaces of(NumberedFiles files, RowKeys keys, Placement placement) {
    long[] mixed = new long[keys.size()];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = placement.rankKey().bits(keys.ranks()[i]);
    }
    byte[] splits = Splitter.splits(keys, placement);
    long[] next = new long[placement.ranks().length];
    for (int split = 0; split < next.length; split++) {
      next[split] = (long) split << Placement.RANK_BITS;
    }
    long[] places = mixed;
    for (int row : SpreadOrder.of(mixed)) {
      places[row] = next[splits[row]]++;
    }
    FilePlaces found = new FilePlaces(places);
    int first = 0;
    for (int i = 0; i < files.size(); i++) {
      found.firsts.put(files.name(i), first);
      first = Math.toIntExact(first + files.rows(i));
    }
    return found;
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

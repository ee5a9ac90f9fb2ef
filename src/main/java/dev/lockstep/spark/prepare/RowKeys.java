package dev.lockstep.spark.prepare;

import dev.lockstep.math.RandomKey;
import dev.lockstep.spark.source.NumberedFiles;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The keys of all rows, in the memory of the driver: 17 to 21 bytes a row.
 *
 * @param splits the key that decides the split
 * @param ranks the key that decides the rank
 * @param forced the split that a condition or source fixes, -1 where none does
 * @param strata indices into the names
 * @param names the strata
 */
record RowKeys(long[] splits, long[] ranks, byte[] forced, int[] strata, List<String> names)
    implements Serializable {
  /** The one stratum of rows that are not stratified. */
  static final String ALL = "";

  /** How many rows there are. */
  int size() {
    return splits.length;
  }

  /**
   * Collects the keys; their order means nothing.
   *
   * @param keys split key, rank key (longs), stratum (string), forced split (int)
   */
  static RowKeys collect(Dataset<Row> keys) {
    List<Carried<RowKeys>> chunks =
        Plans.internalRows(keys)
            .mapPartitions(rows -> List.of(new Carried<>(new Builder().read(rows))).iterator())
            .collect();
    return join(chunks.stream().map(Carried::value).toList());
  }

  /** The keys of rows that are identified by file and number, in one stratum; reads nothing. */
  static RowKeys of(NumberedFiles files) {
    return of(files, new int[Math.toIntExact(files.count())], List.of(ALL));
  }

  /** The same in strata, one of the names for each row in the order of the files. */
  static RowKeys of(NumberedFiles files, int[] strata, List<String> names) {
    long[] keys = IdentityKeys.of(files);
    byte[] forced = new byte[keys.length];
    Arrays.fill(forced, (byte) -1);
    return new RowKeys(keys, keys, forced, strata, names);
  }

  private static RowKeys join(List<RowKeys> chunks) {
    long size = chunks.stream().mapToLong(RowKeys::size).sum();
    Builder all = new Builder(Math.toIntExact(size));
    for (RowKeys chunk : chunks) {
      int[] numbers = chunk.names.stream().mapToInt(all.names::number).toArray();
      for (int i = 0; i < chunk.size(); i++) {
        all.add(chunk.splits[i], chunk.ranks[i], chunk.forced[i], numbers[chunk.strata[i]]);
      }
    }
    return all.build();
  }

  /** The numbers of the chosen rows of each stratum. */
  List<int[]> strata(IntPredicate chosen) {
    int[] counts = new int[names.size()];
    for (int i = 0; i < size(); i++) {
      counts[strata[i]] += chosen.test(i) ? 1 : 0;
    }
    List<int[]> rows = Arrays.stream(counts).mapToObj(int[]::new).toList();
    Arrays.fill(counts, 0);
    for (int i = 0; i < size(); i++) {
      if (chosen.test(i)) {
        rows.get(strata[i])[counts[strata[i]]++] = i;
      }
    }
    return rows;
  }

  /** The mixed split keys of some rows, ascending. */
  long[] mixedSplits(int[] rows, RandomKey key) {
    long[] mixed = Arrays.stream(rows).mapToLong(i -> key.bits(splits[i])).toArray();
    Arrays.parallelSort(mixed);
    return mixed;
  }

  /** The same rows in one stratum, {@link #ALL}. */
  RowKeys merged() {
    return new RowKeys(splits, ranks, forced, new int[size()], List.of(ALL));
  }

  /** Whether some split key has rows of several strata, which would take it apart. */
  boolean straddles() {
    RandomKey key = new RandomKey(0);
    long ofStrata =
        strata(i -> true).stream().mapToLong(rows -> distinct(mixedSplits(rows, key))).sum();
    return ofStrata > distinct(Arrays.stream(splits).parallel().sorted().toArray());
  }

  private static long distinct(long[] sorted) {
    long count = Math.min(1, sorted.length);
    for (int i = 1; i < sorted.length; i++) {
      count += sorted[i] == sorted[i - 1] ? 0 : 1;
    }
    return count;
  }

  private static final class Builder {
    private long[] splits;
    private long[] ranks;
    private byte[] forced;
    private int[] strata;
    private int size;
    private final StratumNames names = new StratumNames();
    private final Map<UTF8String, Integer> bytes = new HashMap<>();

    Builder() {
      this(1024);
    }

    Builder(int capacity) {
      splits = new long[capacity];
      ranks = new long[capacity];
      forced = new byte[capacity];
      strata = new int[capacity];
    }

    RowKeys read(Iterator<InternalRow> rows) {
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        if (size == splits.length) {
          grow();
        }
        add(row.getLong(0), row.getLong(1), (byte) row.getInt(3), stratum(row.getUTF8String(2)));
      }
      return build();
    }

    private int stratum(UTF8String name) {
      Integer number = bytes.get(name);
      if (number == null) {
        number = names.number(name.toString());
        bytes.put(name.clone(), number);
      }
      return number;
    }

    void add(long split, long rank, byte force, int stratum) {
      splits[size] = split;
      ranks[size] = rank;
      forced[size] = force;
      strata[size++] = stratum;
    }

    private void grow() {
      int capacity = Math.multiplyExact(size, 2);
      splits = Arrays.copyOf(splits, capacity);
      ranks = Arrays.copyOf(ranks, capacity);
      forced = Arrays.copyOf(forced, capacity);
      strata = Arrays.copyOf(strata, capacity);
    }

    RowKeys build() {
      return new RowKeys(
          Arrays.copyOf(splits, size),
          Arrays.copyOf(ranks, size),
          Arrays.copyOf(forced, size),
          Arrays.copyOf(strata, size),
          names.list());
    }
  }
}

package dev.lockstep.spark.prepare;

import dev.lockstep.spark.source.NumberedFiles;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.unsafe.Platform;

/**
 * The keys of rows that are identified by file and number alone, without their data: what {@link
 * Inputs#identityKey} makes of each.
 */
public final class IdentityKeys {
  /** What Spark SQL's {@code xxhash64} begins with. */
  private static final long SEED = 42;

  private static final int PART = 0;

  private IdentityKeys() {}

  /** What the keys of a file of the source itself have in common. */
  public static long ofFile(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    long part = XXH64.hashInt(PART, SEED);
    return XXH64.hashUnsafeBytes(bytes, Platform.BYTE_ARRAY_OFFSET, bytes.length, part);
  }

  /** The key of a row of a file: its number, and no hash of its content. */
  public static long ofRow(long file, long number) {
    return XXH64.hashLong(0, XXH64.hashLong(number, file));
  }

  /** The keys of all rows, in the order of the files. */
  static long[] of(NumberedFiles files) {
    long[] keys = new long[Math.toIntExact(files.count())];
    Map<String, Integer> firsts = files.firsts();
    for (int i = 0; i < files.size(); i++) {
      int first = firsts.get(files.name(i));
      int to = Math.toIntExact(first + files.rows(i));
      long file = ofFile(files.name(i));
      IntStream.range(first, to).parallel().forEach(at -> keys[at] = ofRow(file, at - first));
    }
    return keys;
  }
}

package dev.lockstep.spark.source;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Names the files of rows that Spark's own readers read, relative to the source root. A file is
 * found by the hash of its address, and its name is the same object for all its rows: no text is
 * made per row. One task's copy is used by its thread alone.
 */
final class FileNames implements UDF1<Long, UTF8String> {
  private static final long serialVersionUID = 1L;
  private static final String PATH = "_metadata.file_path";

  /** What Spark SQL's {@code xxhash64} begins with. */
  private static final long HASH_SEED = 42;

  private final HashMap<Long, UTF8String> names;
  private transient UTF8String lastName;
  private transient long last;

  private FileNames(HashMap<Long, UTF8String> names) {
    this.names = names;
  }

  /** The column of names. */
  static Column column(Dataset<Row> frame, List<ListedFile> listed, String root) {
    HashMap<Long, UTF8String> names = new HashMap<>();
    byAddress(listed, root)
        .forEach((address, name) -> names.put(hash(address), UTF8String.fromString(name)));
    return functions
        .udf(new FileNames(names), DataTypes.StringType)
        .asNonNullable()
        .apply(hashColumn(frame));
  }

  /** The names by {@link #address}. */
  static Map<String, String> byAddress(List<ListedFile> listed, String root) {
    String rootPath = new Path(root).toUri().getRawPath();
    String prefix = rootPath.endsWith("/") ? rootPath : rootPath + "/";
    Map<String, String> names = new HashMap<>();
    for (ListedFile file : listed) {
      String address = address(file);
      int at = address.indexOf(prefix);
      names.put(address, at < 0 ? address : address.substring(at + prefix.length()));
    }
    return names;
  }

  /** A file as {@code _metadata.file_path} names it. */
  static String address(ListedFile file) {
    return new Path(file.path().toString()).toUri().toString();
  }

  /** The hash of the file of each row. */
  static Column hashColumn(Dataset<Row> frame) {
    return functions.xxhash64(frame.col(PATH));
  }

  /** The same hash of an address. */
  static long hash(String address) {
    byte[] bytes = address.getBytes(StandardCharsets.UTF_8);
    return XXH64.hashUnsafeBytes(bytes, Platform.BYTE_ARRAY_OFFSET, bytes.length, HASH_SEED);
  }

  @Override
  public UTF8String call(Long address) {
    if (lastName == null || address != last) {
      lastName = names.get(address);
      last = address;
    }
    if (lastName == null) {
      throw new IllegalStateException("a file was read that was not listed");
    }
    return lastName;
  }
}

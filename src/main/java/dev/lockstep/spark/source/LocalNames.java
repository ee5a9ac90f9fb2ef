package dev.lockstep.spark.source;

import dev.lockstep.data.DataException;
import java.io.File;
import java.nio.charset.Charset;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;

/**
 * Names of local files in the encoding that the JVM has for them, which it takes from the locale.
 * It cannot open those with letters that the encoding does not have, and Hadoop leaves them out of
 * its lists without a word.
 */
final class LocalNames {
  private static final String ENCODING = System.getProperty("sun.jnu.encoding", "UTF-8");

  /** What a JVM reads for bytes that are none of its encoding. */
  private static final char UNREADABLE = '\uFFFD';

  private LocalNames() {}

  /**
   * Checks that a local path can be looked up; any other path is as well.
   *
   * @throws DataException if it cannot
   */
  static void requireWritable(Path path) {
    String name = path.toUri().getPath();
    if (isLocal(path) && !Charset.forName(ENCODING).newEncoder().canEncode(name)) {
      throw refused(name);
    }
  }

  /**
   * Checks that names in a local folder can be read, but for hidden ones; any other folder is as
   * well.
   *
   * @param wanted tells of a name
   * @throws DataException if one cannot
   */
  static void requireReadable(Path folder, Predicate<String> wanted) {
    if (!isLocal(folder)) {
      return;
    }
    File local = new File(folder.toUri().getPath());
    String[] names = local.list();
    if (names == null) {
      return;
    }
    for (String name : names) {
      File file = new File(local, name);
      boolean read = !InputFiles.isHidden(name) && wanted.test(name);
      if (name.indexOf(UNREADABLE) >= 0 && read && !file.exists()) {
        throw refused(file.toString());
      }
    }
  }

  /** Whether a path is of this machine. */
  static boolean isLocal(Path path) {
    return "file".equals(path.toUri().getScheme());
  }

  private static DataException refused(String name) {
    String locale =
        ENCODING.equals("UTF-8")
            ? ""
            : "start it in a UTF-8 locale, as with LC_ALL=C.UTF-8 (on a cluster the workers too), or ";
    return new DataException(
        ("%s: Java opens no file of this name, which is not in %s, the encoding of its locale:"
                + " %srename it")
            .formatted(name, ENCODING, locale));
  }
}

package dev.lockstep.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.BadPath;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Gathers every mistake of a configuration, each with its file and line, so that a user mends all
 * of them in one go. Not safe for threads.
 */
public final class Problems {
  private record Problem(boolean inFile, int line, String sentence) {}

  private final ConfigObject root;
  private final List<Problem> found = new ArrayList<>();

  /** No problems yet, of a resolved configuration. */
  Problems(Config root) {
    this.root = root.root();
  }

  /**
   * Adds a problem of a setting, which may be absent: then the line is that of the nearest
   * enclosing object.
   *
   * @param path such as {@code train.batch_size} or {@code data.features[1].encode}
   * @param sentence what follows the path, such as {@code "must be above 0, is -1"}
   */
  public void add(String path, String sentence) {
    add(origin(path), path + " " + sentence);
  }

  /** Adds a whole sentence about the place of an origin. */
  void add(ConfigOrigin origin, String sentence) {
    boolean inFile = origin.lineNumber() >= 1;
    String line = inFile ? ":" + origin.lineNumber() : "";
    String place = inFile && origin.filename() != null ? origin.filename() : place(origin);
    found.add(
        new Problem(
            inFile, origin.lineNumber(), place + line + ": " + Redaction.printable(sentence)));
  }

  /** Whether nothing was added. */
  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** The sentences in the order of the file's lines, those of overrides last. */
  public List<String> sentences() {
    Comparator<Problem> order = Comparator.comparing((Problem problem) -> !problem.inFile());
    return found.stream()
        .sorted(order.thenComparing(Problem::line))
        .map(Problem::sentence)
        .distinct()
        .toList();
  }

  /**
   * Ends the gathering.
   *
   * @throws ConfigException with all problems, if there are any
   */
  public void throwIfAny() {
    if (!isEmpty()) {
      throw new ConfigException(sentences());
    }
  }

  private static String place(ConfigOrigin origin) {
    String description = origin.description();
    if (description.startsWith("withValue(")) {
      return "--set"; // An object that an override of one of its keys has made.
    }
    int colon = description.lastIndexOf(": ");
    boolean numbered = colon > 0 && description.substring(colon + 2).matches("\\d+(-\\d+)?");
    return numbered ? description.substring(0, colon) : description;
  }

  private ConfigOrigin origin(String path) {
    ConfigValue at = root;
    for (String key : keys(path)) {
      ConfigValue next = null;
      if (at instanceof ConfigObject object) {
        next = object.get(key);
      } else if (at instanceof ConfigList list && key.matches("\\d{1,9}")) {
        int index = Integer.parseInt(key);
        next = index < list.size() ? list.get(index) : null;
      }
      if (next == null) {
        break;
      }
      at = next;
    }
    return at.origin();
  }

  private static List<String> keys(String path) {
    try {
      return ConfigUtil.splitPath(path.replace("[", ".").replace("]", ""));
    } catch (BadPath e) {
      return List.of();
    }
  }
}

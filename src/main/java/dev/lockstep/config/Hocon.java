package dev.lockstep.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.BadPath;
import com.typesafe.config.ConfigException.NotResolved;
import com.typesafe.config.ConfigException.Parse;
import com.typesafe.config.ConfigException.UnresolvedSubstitution;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads HOCON text, applies overrides and resolves substitutions. */
final class Hocon {
  private static final Pattern PLACE = Pattern.compile("^(.*?): (\\d+)(?:-\\d+)?: (.*)$");
  private static final int LONGEST = 1 << 20;

  private Hocon() {}

  /** See {@link Document#read}. */
  static Config read(String text, String file, List<String> overrides) {
    if (text.length() > LONGEST) {
      throw new ConfigException(
          file + ": has " + text.length() + " characters; a run file has at most " + LONGEST);
    }
    try {
      Config config = ConfigFactory.parseString(text, options(file));
      for (String override : overrides) {
        config = override(config, override);
      }
      return resolve(config);
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException(sentence(e, text, file));
    } catch (StackOverflowError e) {
      throw new ConfigException(file + ": is nested too deeply; a few levels are enough");
    }
  }

  private static ConfigParseOptions options(String origin) {
    return ConfigParseOptions.defaults()
        .setSyntax(ConfigSyntax.CONF)
        .setOriginDescription(origin)
        .setIncluder(new NoIncludes(origin));
  }

  private static Config override(Config config, String override) {
    int equals = equals(override);
    String key = equals < 0 ? override : override.substring(0, equals).strip();
    if (equals < 0 || key.isEmpty()) {
      throw new ConfigException(
          "--set " + Redaction.printable(key) + ": must be key=value, such as train.epochs=5");
    }
    String text = override.substring(equals + 1).strip();
    Optional<ConfigValue> value;
    try {
      value = value(text);
    } catch (com.typesafe.config.ConfigException e) {
      throw new ConfigException(
          "--set " + Redaction.printable(key) + ": the value is no valid HOCON; quote it");
    }
    if (value.isEmpty()) {
      throw new ConfigException(
          "--set %s: has something after its value; give every setting a --set of its own"
              .formatted(Redaction.printable(key)));
    }
    ConfigValue placed = value.get().withOrigin(ConfigOriginFactory.newSimple("--set"));
    try {
      Config base = reachable(config.root(), ConfigUtil.splitPath(key)) ? config : resolve(config);
      return base.withValue(key, placed);
    } catch (BadPath e) {
      throw new ConfigException(
          "--set " + Redaction.printable(key) + ": is no key; keys look like train.epochs");
    }
  }

  /** Where the key ends: at the first equals sign that is not within quotes; -1 if at none. */
  private static int equals(String override) {
    boolean quoted = false;
    for (int i = 0; i < override.length(); i++) {
      char c = override.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\' && quoted) {
        i++;
      } else if (c == '=' && !quoted) {
        return i;
      }
    }
    return -1;
  }

  private static Config resolve(Config config) {
    return config.resolve(ConfigResolveOptions.defaults());
  }

  /**
   * Whether no substitution stands on the way to a setting, so that it can be replaced as it is.
   */
  private static boolean reachable(ConfigObject root, List<String> path) {
    ConfigValue at = root;
    try {
      for (String key : path) {
        if (at instanceof ConfigObject object) {
          at = object.get(key);
        } else if (at == null || at.valueType() != ConfigValueType.OBJECT) {
          return true;
        }
      }
      return true;
    } catch (NotResolved e) {
      return false;
    }
  }

  /** The one value of a text; none where it has more than that. */
  private static Optional<ConfigValue> value(String text) {
    if (text.equals("null")) {
      return Optional.of(ConfigValueFactory.fromAnyRef(null));
    }
    if (text.isEmpty() || "[{\"".indexOf(text.charAt(0)) < 0) {
      return Optional.of(ConfigValueFactory.fromAnyRef(text));
    }
    // A list has no keys, so that nothing after the value is taken for a setting.
    ConfigObject read =
        ConfigFactory.parseString("one = [" + text + "\n]", options("--set")).root();
    boolean one =
        read.size() == 1 && read.get("one") instanceof ConfigList list && list.size() == 1;
    return one ? Optional.of(((ConfigList) read.get("one")).get(0)) : Optional.empty();
  }

  /** The parser's message with its place in our form, and without the text of a secret's line. */
  private static String sentence(
      com.typesafe.config.ConfigException error, String text, String file) {
    Matcher placed = PLACE.matcher(Redaction.printable(String.valueOf(error.getMessage())));
    if (!placed.matches()) {
      return file + ": " + Redaction.text(Redaction.printable(error.getMessage()));
    }
    int line = Integer.parseInt(placed.group(2));
    String what = placed.group(3);
    if (error instanceof Parse && mentionsSecret(text, line)) {
      what = "is no valid HOCON; quote the value";
    } else if (error instanceof UnresolvedSubstitution) {
      what = what + "; set it, or write ${?..} where it may be missing";
    }
    return placed.group(1) + ":" + line + ": " + what;
  }

  private static boolean mentionsSecret(String text, int line) {
    String[] lines = text.split("\n", -1);
    for (int i = Math.max(0, line - 3); i <= Math.min(line, lines.length - 1); i++) {
      if (Redaction.secret(lines[i])) {
        return true;
      }
    }
    return false;
  }
}

package dev.lockstep.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A configuration that was read, with the file and line of every value, or a part of one. As a
 * record's component it takes an object as it is. Immutable.
 */
public final class Document {
  /** Nothing. */
  public static final Document EMPTY = new Document(ConfigFactory.empty());

  private final Config config;

  Document(Config config) {
    this.config = config;
  }

  /**
   * A run file's text, overrides applied and substitutions resolved.
   *
   * @param text HOCON
   * @param file what messages call it
   * @param overrides {@code key=value}: the value replaces what the file says. It is HOCON where it
   *     begins with a bracket, a brace or a quote, and is taken as it stands otherwise
   * @throws ConfigException if it is no HOCON, or an override has no key
   */
  public static Document read(String text, String file, List<String> overrides) {
    return new Document(Hocon.read(text, file, overrides));
  }

  /** A document of nested maps, lists and values. */
  public static Document of(Map<String, Object> settings) {
    return new Document(ConfigFactory.parseMap(settings));
  }

  /** This document with a value where it has none. */
  public Document withDefault(String path, Object value) {
    return config.hasPath(path)
        ? this
        : new Document(
            config.withValue(
                path,
                ConfigValueFactory.fromAnyRef(value)
                    .withOrigin(ConfigOriginFactory.newSimple("default"))));
  }

  /** Whether there is a value, other than null. */
  public boolean has(String path) {
    return config.hasPath(path);
  }

  /** The text of a value that {@link #has} told of. */
  public String text(String path) {
    return config.getString(path);
  }

  /** Everything as nested maps, lists, texts, numbers and booleans; the order of keys is open. */
  public Map<String, Object> values() {
    return config.root().unwrapped();
  }

  /** A gatherer of problems with the places of this document. */
  public Problems problems() {
    return new Problems(config);
  }

  Config config() {
    return config;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Document document && document.config.equals(config);
  }

  @Override
  public int hashCode() {
    return Objects.hash(config);
  }

  @Override
  public String toString() {
    return Redaction.map(config.root().unwrapped()).toString();
  }
}

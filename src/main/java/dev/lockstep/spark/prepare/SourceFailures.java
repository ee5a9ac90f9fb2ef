package dev.lockstep.spark.prepare;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.source.NoColumnException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What is wrong with a source, in the words of the run file. A source knows neither which section
 * describes it, so that it speaks of {@code data.source}, nor which setting names a column.
 */
final class SourceFailures {
  private static final String SECTION = "data.source";
  private static final List<String> SECTIONS =
      List.of(SECTION, "data.validation_source", "data.test_source");

  /** What may stand before the name of a section, so that parts of paths are left alone. */
  private static final String SECTION_ALONE = "(?<![A-Za-z0-9_./-])data\\.source(?=[. ]|$)";

  private SourceFailures() {}

  /**
   * Opens a source.
   *
   * @param part the value of {@link Columns#PART}
   * @param settings the columns that each setting names
   */
  static <T> T told(Supplier<T> opening, int part, Map<String, Collection<String>> settings) {
    try {
      return opening.get();
    } catch (NoColumnException e) {
      String source = "the " + SECTIONS.get(part).substring("data.".length()).replace('_', ' ');
      String sentence = e.getMessage().replaceFirst("^the source", source);
      String setting =
          settings.entrySet().stream()
              .filter(entry -> entry.getValue().contains(e.column()))
              .map(entry -> entry.getKey() + ": ")
              .findFirst()
              .orElse("");
      throw new DataException(setting + sentence);
    } catch (ConfigException e) {
      throw new ConfigException(e.problems().stream().map(text -> named(text, part)).toList());
    } catch (InputMissingException e) {
      throw part == 0 ? e : new InputMissingException(named(e.getMessage(), part));
    } catch (DataException e) {
      throw part == 0 ? e : new DataException(named(e.getMessage(), part), e.getCause());
    }
  }

  private static String named(String text, int part) {
    return text.replaceAll(SECTION_ALONE, SECTIONS.get(part));
  }
}

package dev.lockstep.app;

import dev.lockstep.config.Required;
import java.util.List;

/**
 * A trained model to start from: {@code init} of the run file, its directory alone or {@code {
 * model = .., only = [..] }}.
 *
 * @param model its directory, any Hadoop URI
 * @param only patterns of the names of the tensors that are taken, such as {@code 0.*}; the others
 *     start as in a new model. Left out: all
 */
public record InitialModel(@Required String model, List<String> only) {
  /** Takes all tensors. */
  public static final InitialModel DEFAULTS = new InitialModel("", List.of());

  /** Checks the patterns. */
  public InitialModel {
    only = List.copyOf(only);
    if (only.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("only must name parameters, is " + only);
    }
  }

  /** The model of a directory. */
  public static InitialModel parse(String model) {
    return new InitialModel(model, List.of());
  }

  @Override
  public String toString() {
    return model;
  }
}

package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Required;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Slice;
import dev.lockstep.data.NamePatterns;
import dev.lockstep.train.InitialValues;
import dev.lockstep.train.store.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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

  private static final int MOST_NAMED = 8;

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

  /**
   * Checks that the patterns are of tensors that the new model has.
   *
   * @throws ConfigException that names those that are not
   */
  void require(Layout layout) {
    List<String> problems = new NamePatterns(only).problems("init.only", layout);
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  /** Whether a tensor of the trained model is taken. */
  boolean takes(Slice slice) {
    return only.isEmpty() || patterns().match(slice);
  }

  /**
   * What a new model takes over.
   *
   * @param layout of the new model
   * @param tensors of the trained one, by name
   * @throws ConfigException if some of what is wanted does not fit, which says what does
   */
  InitialValues values(Layout layout, Map<String, Tensor> tensors) {
    List<Slice> wanted = layout.slices().stream().filter(this::takes).toList();
    List<Slice> misfits = wanted.stream().filter(slice -> !fits(tensors, slice)).toList();
    if (!misfits.isEmpty()) {
      throw new ConfigException(sentence(misfits, fitting(layout, tensors), tensors));
    }
    float[] values = new float[layout.size()];
    List<Layout.Run> runs = new ArrayList<>();
    for (Slice slice : wanted) {
      float[] taken = tensors.get(slice.name()).floats();
      System.arraycopy(taken, 0, values, slice.offset(), slice.size());
      runs.add(new Layout.Run(slice.offset(), slice.end()));
    }
    return only.isEmpty() ? new InitialValues(values) : new InitialValues(values, runs);
  }

  private NamePatterns patterns() {
    return new NamePatterns(only);
  }

  private static boolean fits(Map<String, Tensor> tensors, Slice slice) {
    Tensor tensor = tensors.get(slice.name());
    return tensor != null && tensor.shape().equals(slice.shape());
  }

  /** Patterns of what fits, layers that fit as a whole by one. */
  private static List<String> fitting(Layout layout, Map<String, Tensor> tensors) {
    Set<String> broken =
        layout.slices().stream()
            .filter(slice -> !fits(tensors, slice))
            .map(InitialModel::layer)
            .collect(Collectors.toSet());
    Set<String> patterns = new LinkedHashSet<>();
    for (Slice slice : layout.slices()) {
      if (fits(tensors, slice)) {
        patterns.add(broken.contains(layer(slice)) ? slice.name() : layer(slice));
      }
    }
    return List.copyOf(patterns);
  }

  /** The pattern of the tensors beside one: {@code 0.*} of {@code 0.weight}. */
  private static String layer(Slice slice) {
    return slice.holder().map(holder -> holder + ".*").orElse(slice.name());
  }

  private String sentence(List<Slice> misfits, List<String> fitting, Map<String, Tensor> tensors) {
    Slice first = misfits.get(0);
    Tensor found = tensors.get(first.name());
    String others = misfits.size() == 1 ? "" : " (and %d more)".formatted(misfits.size() - 1);
    String shown =
        fitting.stream()
            .limit(MOST_NAMED)
            .map(pattern -> '"' + pattern + '"')
            .collect(Collectors.joining(", "));
    return "init %s: %s is %s, must be of shape %s%s: it was trained on other features or another model; %s"
        .formatted(
            model,
            first.name(),
            found == null ? "missing" : "of shape " + found.shape(),
            first.shape(),
            others,
            fitting.isEmpty()
                ? "none of its tensors fits"
                : "init.only = [%s%s] takes what fits, the rest starts anew"
                    .formatted(shown, fitting.size() > MOST_NAMED ? ", .." : ""));
  }

  @Override
  public String toString() {
    return model;
  }
}

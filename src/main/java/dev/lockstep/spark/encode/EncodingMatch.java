package dev.lockstep.spark.encode;

import dev.lockstep.config.ConfigException;
import dev.lockstep.spark.encode.GivenEncoding.Whose;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.PipelineModel;

/**
 * Whether rows of a run can be read through the encoding of a trained model: the same columns by
 * the same encoders; means, deviations, categories and vocabularies may be others.
 *
 * @param own as it was fit on the rows of the run
 * @param ownPipeline its stages
 * @param given that of the model
 */
record EncodingMatch(Description own, PipelineModel ownPipeline, GivenEncoding given) {
  private static final int SHOWN = 5;

  /**
   * Requires a match.
   *
   * @param fixed whether the stages must have the same numbers, since the run file gives them
   * @throws ConfigException if there is none
   */
  void require(boolean fixed) {
    List<String> problems = new ArrayList<>();
    if (given.features()) {
      features(fixed).ifPresent(problems::add);
    }
    if (given.labels()) {
      labels(problems);
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private Optional<String> features(boolean fixed) {
    Description other = other();
    List<String> differing = ColumnMatch.differing(own.inputs(), other.inputs());
    if (!differing.isEmpty()) {
      boolean named = !own.inputs().keySet().equals(other.inputs().keySet());
      return Optional.of(
          differing(
                  "other features",
                  shown(named ? own.inputs().keySet() : typed(differing, own)),
                  shown(named ? other.inputs().keySet() : typed(differing, other)))
              + ": "
              + (named ? whose().otherFeatures() : asTyped(differing.get(0))));
    }
    if (!own.schema().shape().equals(other.schema().shape())) {
      return Optional.of(
          differing("images of another shape", own.schema().shape(), other.schema().shape())
              + ": "
              + whose().otherFeatures());
    }
    Object mine = fixed ? own.schema().features() : vectorSizes(ownPipeline);
    Object theirs = fixed ? other.schema().features() : vectorSizes(otherPipeline());
    if (!mine.equals(theirs)) {
      return Optional.of(
          differing("vectors of another size", mine, theirs)
              + ": give all rows vectors of one size (data.source.features of libsvm files)");
    }
    return sameSettings(fixed)
        ? Optional.empty()
        : Optional.of(
            "%s encodes the same columns in another way%s: give data.features the encode, missing and their settings of %s"
                .formatted(whose().setting(), differingSettings(), whose()));
  }

  private String asTyped(String column) {
    return "give the run columns of these types, as by data.columns { %s = \"cast(%s as %s)\" }"
        .formatted(column, column, other().inputs().get(column).toLowerCase(Locale.ROOT));
  }

  /** Of the vectors that columns hold. */
  private Map<String, Integer> vectorSizes(PipelineModel pipeline) {
    Map<String, Integer> sizes = StageContent.vectorSizes(pipeline);
    sizes.keySet().retainAll(own.inputs().keySet());
    return sizes;
  }

  private String differingSettings() {
    List<String> mine = new ArrayList<>(own.settings());
    List<String> theirs = new ArrayList<>(other().settings());
    mine.removeAll(other().settings());
    theirs.removeAll(own.settings());
    return mine.isEmpty() || theirs.isEmpty()
        ? ""
        : " (%s; the run %s)".formatted(shown(theirs), shown(mine));
  }

  private static List<String> typed(List<String> columns, Description whose) {
    return columns.stream().map(name -> name + "=" + whose.inputs().get(name)).toList();
  }

  private void labels(List<String> problems) {
    Description other = other();
    Optional<String> unknown = unknownClass();
    if (!own.schema().labelNames().equals(other.schema().labelNames())) {
      problems.add(
          differing("another label", own.schema().labelNames(), other.schema().labelNames())
              + (given.taught() ? "" : ": " + whose().otherLabels()));
    } else if (!given.taught() && own.task() != other.task()) {
      problems.add(
          differing("labels of another task", name(own), name(other))
              + ": "
              + whose().otherLabels());
    } else if (unknown.isPresent()) {
      problems.add(
          "%s knows the classes %s, the training rows have %s: %s"
              .formatted(
                  whose().setting(),
                  shown(other.schema().classes()),
                  unknown.get(),
                  whose().otherLabels()));
    }
    if (given.taught() && !own.offset().equals(other.offset())) {
      problems.add(
          differing("another offset", own.offset().orElse("null"), other.offset().orElse("null")));
    }
  }

  private Description other() {
    return given.encoding().description();
  }

  private PipelineModel otherPipeline() {
    return given.encoding().pipeline();
  }

  private Whose whose() {
    return given.whose();
  }

  private static String name(Description description) {
    return description.task().name().toLowerCase(Locale.ROOT);
  }

  private String differing(String what, Object run, Object model) {
    return "%s had %s: %s, the run has %s".formatted(whose().setting(), what, model, run);
  }

  private Optional<String> unknownClass() {
    return own.schema().classes().stream()
        .filter(name -> !other().schema().classes().contains(name))
        .findFirst();
  }

  private boolean sameSettings(boolean fixed) {
    if (fixed) {
      return StageContent.of(ownPipeline).equals(StageContent.of(otherPipeline()));
    }
    return other().settings().isEmpty()
        ? StageContent.settings(ownPipeline).equals(StageContent.settings(otherPipeline()))
        : own.settings().equals(other().settings());
  }

  private static String shown(Iterable<?> all) {
    List<String> texts = new ArrayList<>();
    all.forEach(one -> texts.add(Objects.toString(one)));
    int more = texts.size() - SHOWN;
    return String.join(", ", texts.subList(0, Math.min(SHOWN, texts.size())))
        + (more > 0 ? " and %d more".formatted(more) : "");
  }
}

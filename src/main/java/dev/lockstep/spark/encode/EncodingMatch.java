package dev.lockstep.spark.encode;

import dev.lockstep.config.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.feature.StandardScalerModel;

/**
 * Whether rows of a run can be read through the encoding of a teacher: the same columns by the same
 * encoders; means, deviations, categories and vocabularies may be others.
 *
 * @param own as it was fit on the rows of the run
 * @param ownPipeline its stages
 * @param other that of the teacher
 * @param otherPipeline its stages
 */
record EncodingMatch(
    Description own, PipelineModel ownPipeline, Description other, PipelineModel otherPipeline) {
  private static final int SHOWN = 5;

  /**
   * Requires a match.
   *
   * @param fixed whether the stages must have the same numbers, since the run file gives them
   * @throws ConfigException if there is none
   */
  void require(boolean fixed) {
    List<String> problems = new ArrayList<>();
    if (!own.inputs().equals(other.inputs())) {
      problems.add(
          differing("other features", shown(own.inputs().keySet()), shown(other.inputs().keySet()))
              + ": give data.features those of the teacher");
    } else if (!own.schema().shape().equals(other.schema().shape())) {
      problems.add(
          differing("images of another shape", own.schema().shape(), other.schema().shape()));
    } else if (!sameStages(fixed)
        || fixed && own.schema().features() != other.schema().features()) {
      problems.add(
          "distill.teacher encodes the same columns in another way: give data.features the encode,"
              + " missing and their settings of the teacher");
    }
    if (!own.schema().labelNames().equals(other.schema().labelNames())) {
      problems.add(
          differing("another label", own.schema().labelNames(), other.schema().labelNames()));
    }
    unknownClass()
        .ifPresent(
            name ->
                problems.add(
                    ("distill.teacher knows the classes %s, the training rows have %s: train the"
                            + " teacher on all classes")
                        .formatted(shown(other.schema().classes()), name)));
    if (!own.offset().equals(other.offset())) {
      problems.add(
          differing("another offset", own.offset().orElse("null"), other.offset().orElse("null")));
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  private static String differing(String what, Object run, Object teacher) {
    return "distill.teacher had %s: %s, the run has %s".formatted(what, teacher, run);
  }

  private Optional<String> unknownClass() {
    return own.schema().classes().stream()
        .filter(name -> !other.schema().classes().contains(name))
        .findFirst();
  }

  private boolean sameStages(boolean fixed) {
    Transformer[] mine = ownPipeline.stages();
    Transformer[] theirs = otherPipeline.stages();
    boolean same = mine.length == theirs.length;
    for (int i = 0; same && i < mine.length; i++) {
      same =
          mine[i].getClass() == theirs[i].getClass()
              && mine[i].uid().equals(theirs[i].uid())
              && (!fixed || numbers(mine[i]).equals(numbers(theirs[i])));
    }
    return same;
  }

  /** What decides a stage whose numbers are those of the run file. */
  private static List<Object> numbers(Transformer stage) {
    return stage instanceof StandardScalerModel scaler
        ? List.of(scaler.mean(), scaler.std(), scaler.getWithMean())
        : List.of();
  }

  private static String shown(Iterable<?> all) {
    List<String> texts = new ArrayList<>();
    all.forEach(one -> texts.add(Objects.toString(one)));
    int more = texts.size() - SHOWN;
    return String.join(", ", texts.subList(0, Math.min(SHOWN, texts.size())))
        + (more > 0 ? " and %d more".formatted(more) : "");
  }
}

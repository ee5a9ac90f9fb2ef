package dev.lockstep.torch;

import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss;
import java.util.Optional;

/** What speaks against a network's loss given the labels, in a sentence that says what to do. */
final class LabelChecks {
  private LabelChecks() {}

  /** Scores that a loss needs of a row. */
  static int outputs(Loss.Task task, Schema schema) {
    return switch (task) {
      case BINARY -> 1;
      case MULTICLASS -> Math.max(1, schema.classes().size());
      case REGRESSION, COUNTS -> Math.max(1, schema.labels());
      case NEXT_TOKEN -> LanguageReplica.SCORES;
    };
  }

  /**
   * The problem, if there is one.
   *
   * @param loss its name in the run file
   */
  static Optional<String> problem(String loss, Loss.Task task, Schema schema) {
    if (schema.labels() == 0 && task != Loss.Task.NEXT_TOKEN) {
      return Optional.of(
          "model.loss = %s needs a label, windows of a text have none: use next_token"
              .formatted(loss));
    }
    if (schema.labels() > 0 && task == Loss.Task.NEXT_TOKEN) {
      return Optional.of(
          "model.loss = next_token learns what comes next in a text, the rows have a label: use"
              + " data.source.format = windows, which has none");
    }
    int classes = schema.classes().size();
    String found =
        switch (classes) {
          case 0 ->
              "numbers: use mse, mae, huber or log_cosh, or make data.label a column of classes";
          case 2 -> "two classes: use binary_cross_entropy or cross_entropy";
          default -> classes + " classes: use cross_entropy";
        };
    boolean fits =
        switch (task) {
          case BINARY -> classes == 2 && schema.labels() == 1;
          case MULTICLASS -> classes >= 2 && schema.labels() == 1;
          case REGRESSION, COUNTS -> classes == 0;
          case NEXT_TOKEN -> schema.labels() == 0;
        };
    return fits
        ? Optional.empty()
        : Optional.of(
            "model.loss = %s does not fit the label, which has %s".formatted(loss, found));
  }
}

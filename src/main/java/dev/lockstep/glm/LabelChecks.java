package dev.lockstep.glm;

import dev.lockstep.data.Schema;
import java.util.List;

/** What speaks against a model given its data, in a sentence that says what to use instead. */
final class LabelChecks {
  private static final int SHOWN = 3;

  private LabelChecks() {}

  /** For models of numbers. */
  static List<String> numeric(String kind, Schema schema) {
    if (schema.vocabulary() > 0) {
      return List.of(tokens(kind));
    }
    if (schema.classes().isEmpty()) {
      return List.of();
    }
    return List.of(
        "model.kind = %s needs a numeric label, but %s has classes (%s): use kind = %s"
            .formatted(
                kind,
                labels(schema),
                classes(schema),
                schema.classes().size() == 2 ? "logistic" : "softmax"));
  }

  /** For models of two classes. */
  static List<String> twoClasses(String kind, Schema schema) {
    if (schema.vocabulary() > 0) {
      return List.of(tokens(kind));
    }
    if (schema.labels() > 1) {
      return List.of(oneLabel(kind, schema));
    }
    int classes = schema.classes().size();
    if (classes == 2) {
      return List.of();
    }
    return List.of(
        "model.kind = %s needs a label of two classes, but %s has %s"
            .formatted(kind, labels(schema), found(schema)));
  }

  /** For models of two classes and more. */
  static List<String> classes(String kind, Schema schema) {
    if (schema.vocabulary() > 0) {
      return List.of(tokens(kind));
    }
    if (schema.labels() > 1) {
      return List.of(oneLabel(kind, schema));
    }
    if (schema.classes().size() >= 2) {
      return List.of();
    }
    return List.of(
        "model.kind = %s needs a label of at least two classes, but %s has %s"
            .formatted(kind, labels(schema), found(schema)));
  }

  private static String tokens(String kind) {
    return "model.kind = %s needs numbers, but encode = text_tokens makes ids of tokens: use a network"
            .formatted(kind)
        + " whose first layer is an embedding, such as kind = lstm";
  }

  private static String found(Schema schema) {
    return switch (schema.classes().size()) {
      case 0 -> "numbers: use kind = linear, huber, log_cosh or poisson";
      case 1 -> "one (" + classes(schema) + "): check data.label, data.where and the rows";
      default -> "%d (%s): use kind = softmax".formatted(schema.classes().size(), classes(schema));
    };
  }

  private static String oneLabel(String kind, Schema schema) {
    return "model.kind = %s needs one label column, but data.label names %d: %s"
        .formatted(kind, schema.labels(), labels(schema));
  }

  private static String labels(Schema schema) {
    return schema.labelNames().isEmpty() ? "the label" : String.join(", ", schema.labelNames());
  }

  private static String classes(Schema schema) {
    List<String> all = schema.classes();
    String shown = String.join(", ", all.subList(0, Math.min(SHOWN, all.size())));
    return all.size() > SHOWN ? shown + ", .." : shown;
  }
}

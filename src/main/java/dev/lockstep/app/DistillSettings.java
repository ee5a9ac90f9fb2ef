package dev.lockstep.app;

import dev.lockstep.config.Redaction;
import dev.lockstep.config.Required;
import dev.lockstep.loss.Distillation;
import java.util.Objects;
import java.util.Optional;

/**
 * A teacher to learn from beside the labels: {@code distill} of the run file. The rows are read
 * through the teacher's own encoding, which becomes that of the run. It is asked about each row
 * once, as the row is: images that vary in training ({@code data.augment}) are taught by their
 * originals.
 *
 * @param teacher its model directory, any Hadoop URI
 * @param sha256 of its parameters, as its training printed it; empty: whatever model is there when
 *     the run begins, and a run that resumes needs the same
 * @param temperature T, above 0; left out: 2. Of classes only
 * @param alpha what the teacher weighs, from 0 to 1; the label weighs the rest
 */
public record DistillSettings(
    @Required TeacherDirectory teacher, String sha256, Optional<Double> temperature, double alpha) {
  private static final double TEMPERATURE = 2;

  /** As in PyTorch's examples: a temperature of 2, half of each. */
  public static final DistillSettings DEFAULTS =
      new DistillSettings(TeacherDirectory.parse("model"), "", Optional.empty(), 0.5);

  /** Checks the ranges, and the hash's form. */
  public DistillSettings {
    Objects.requireNonNull(teacher);
    if (!sha256.matches("([0-9a-f]{64})?")) {
      throw new IllegalArgumentException("sha256 must be 64 digits from 0 to f, is " + sha256);
    }
    Distillation.check(temperature.orElse(TEMPERATURE), alpha);
  }

  /** What is learnt, and how. */
  Distillation distillation() {
    return new Distillation(temperature.orElse(TEMPERATURE), alpha);
  }

  /** Who teaches, and how much. */
  String describe() {
    String softened =
        Distillation.softens(teacher.model().settings().model().loss())
            ? ", temperature " + distillation().temperature()
            : "";
    return "teacher: %s, parameters sha256 %s%s, alpha %s"
        .formatted(Redaction.text(teacher.toString()), sha256, softened, alpha);
  }

  /** The same with the teacher's content, and its hash. */
  DistillSettings with(TeacherDirectory read, String found) {
    return new DistillSettings(read, found, temperature, alpha);
  }

  /** The same teacher, whatever is learnt of it: what decides how rows are encoded. */
  DistillSettings teacherAlone() {
    return new DistillSettings(teacher, sha256, Optional.empty(), 1);
  }
}

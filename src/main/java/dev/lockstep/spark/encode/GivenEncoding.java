package dev.lockstep.spark.encode;

import dev.lockstep.spark.source.ColumnType;
import java.util.Map;
import java.util.Optional;

/**
 * The encoding of a trained model through which the rows of a run are read, in place of one that is
 * fit on them alone.
 *
 * @param encoding as the model has it
 * @param whose model it is
 * @param features whether features are read through it; else as the run's own rows say
 * @param labels the same of labels
 */
public record GivenEncoding(Encoding encoding, Whose whose, boolean features, boolean labels) {
  /** The models that a run may read its rows as. */
  public enum Whose {
    /** Beside whose predictions a student learns, so that training rows need no label. */
    TEACHER(
        "distill.teacher",
        "the teacher",
        "give data.features those of the teacher",
        "train the teacher on all classes"),
    /** From whose tensors a run starts. */
    INITIAL(
        "init",
        "the initial model",
        "give data.features those of the initial model, or take nothing of its first layer"
            + " (init.only)",
        "take nothing of its last layer (init.only), or leave init out");

    private final String setting;
    private final String name;
    private final String otherFeatures;
    private final String otherLabels;

    Whose(String setting, String name, String otherFeatures, String otherLabels) {
      this.setting = setting;
      this.name = name;
      this.otherFeatures = otherFeatures;
      this.otherLabels = otherLabels;
    }

    /** The setting that names the model. */
    String setting() {
      return setting;
    }

    @Override
    public String toString() {
      return name;
    }

    /** What to do where the rows of the run have other features. */
    String otherFeatures() {
      return otherFeatures;
    }

    /** What to do where they have other labels. */
    String otherLabels() {
      return otherLabels;
    }
  }

  /** All of the encoding of a teacher. */
  public static GivenEncoding ofTeacher(Encoding encoding) {
    return new GivenEncoding(encoding, Whose.TEACHER, true, true);
  }

  /** Whether training rows may have no label. */
  public boolean taught() {
    return whose == Whose.TEACHER;
  }

  /** The types that columns of a text format must be read as to be what the model has seen. */
  public static Map<String, ColumnType> types(Optional<GivenEncoding> given) {
    return given
        .map(it -> ColumnMatch.ofTraining(it.encoding.description(), it.features, it.labels))
        .orElse(Map.of());
  }
}

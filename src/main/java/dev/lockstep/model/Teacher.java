package dev.lockstep.model;

import dev.lockstep.data.Schema;
import java.io.Serializable;

/**
 * A trained model that another one learns from; travels to the workers with it.
 *
 * @param model what was trained
 * @param schema of the rows that it was trained on
 * @param params {@code [size]}; not to be written to
 */
@SuppressWarnings("ArrayRecordComponent") // equal by identity: read once, never compared
public record Teacher(Model model, Schema schema, float[] params) implements Serializable {
  /** Its parameters as a cohort of one. */
  public Parameters parameters() {
    return new Parameters(1, params.length, params);
  }
}

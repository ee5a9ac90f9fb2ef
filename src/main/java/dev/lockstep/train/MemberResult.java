package dev.lockstep.train;

import dev.lockstep.data.Schema;
import dev.lockstep.model.Model;

/**
 * What a training made of a member.
 *
 * @param params {@code [size]}: the best ones where early stopping restores them, else the last
 * @param ending how it ended
 * @param reason a solver's words for it; empty for rules
 * @param epochs epochs or iterations ended
 * @param bestEpoch of the best evaluation; the last epoch where nothing was watched
 * @param bestMetric the watched metric there; NaN where nothing was watched
 */
public record MemberResult(
    float[] params, Ending ending, String reason, int epochs, int bestEpoch, double bestMetric) {
  /** The same with parameters where the model agrees to have them. */
  MemberResult settled(Model model, Schema schema, boolean penalized) {
    float[] moved = params.clone();
    model.settle(moved, schema, penalized);
    return new MemberResult(moved, ending, reason, epochs, bestEpoch, bestMetric);
  }
}

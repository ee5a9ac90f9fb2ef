package dev.lockstep.train;

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
    float[] params, Ending ending, String reason, int epochs, int bestEpoch, double bestMetric) {}

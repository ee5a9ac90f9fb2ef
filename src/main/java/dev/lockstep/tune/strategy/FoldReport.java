package dev.lockstep.tune.strategy;

/**
 * One fold of a trial so far.
 *
 * @param epochs that were trained
 * @param now the metric's value after them
 * @param best its best value; what the fold's model is worth if it is kept from that epoch
 * @param bestEpoch after how many epochs that was
 */
public record FoldReport(int epochs, double now, double best, int bestEpoch) {}

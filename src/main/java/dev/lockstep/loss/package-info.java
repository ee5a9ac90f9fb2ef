/**
 * Losses over scores. One set of {@link dev.lockstep.loss.Loss}es serves linear models and
 * networks: scores go in, slopes come out in the same array, the weighted loss sum is returned. To
 * add one: a record that implements Loss, and a line in {@link dev.lockstep.loss.Losses}, or in the
 * linear model that uses it.
 */
package dev.lockstep.loss;

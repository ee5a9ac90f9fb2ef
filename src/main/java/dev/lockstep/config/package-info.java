/**
 * Files to records and back. {@link dev.lockstep.config.Problems} gathers every mistake of a run
 * file with its file and line before anything starts; {@link dev.lockstep.config.Registry} maps a
 * {@code kind} to the record that holds a component's hyperparameters.
 */
package dev.lockstep.config;

/**
 * What a run leaves and how it is committed: {@code CommitStore} creates a file if absent, a
 * checkpoint is a payload committed by a manifest, an owner holds a run by an epoch and a
 * heartbeat.
 */
package dev.lockstep.train.store;

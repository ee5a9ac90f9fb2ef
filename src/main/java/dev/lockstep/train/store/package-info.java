/**
 * What a run leaves and how it is committed.
 *
 * <ol>
 *   <li>{@link dev.lockstep.train.store.CommitStore}: a directory of a file system that can create
 *       a file only if it is absent, opened by {@link dev.lockstep.train.store.CommitStores}.
 *   <li>{@link dev.lockstep.train.store.SafeTensors}: named {@link
 *       dev.lockstep.train.store.Tensor}s to a file and back, distrustful of every number in it.
 *   <li>{@link dev.lockstep.train.store.Checkpoints} and {@link
 *       dev.lockstep.train.store.ModelDirectory}: files that count once a manifest with their
 *       hashes and its own checksum is there.
 *   <li>{@link dev.lockstep.train.store.RunDirectory} looks at a run; {@link
 *       dev.lockstep.train.store.OwnedRun} writes it, in the hands of one {@link
 *       dev.lockstep.train.store.Ownership owner} at a time.
 * </ol>
 *
 * <p>A new kind of store is a class that keeps the contract of {@code CommitStore} and a line in
 * {@code CommitStores}.
 */
package dev.lockstep.train.store;

/**
 * Linear models: scores are x w + b. A {@code GlmReplica} adds gradients over row blocks for all
 * members of a cohort at once. To add one: a record over an existing or new loss and a line in
 * {@code LinearModels}.
 */
package dev.lockstep.glm;

/**
 * Contracts of a model, without any model. A {@link dev.lockstep.model.Model} describes a {@link
 * dev.lockstep.data.Layout} of one flat vector; a {@link dev.lockstep.model.Replica} runs in one
 * worker and adds the gradients of a batch, for all members of a cohort at once, into a {@link
 * dev.lockstep.model.GradientSum}.
 */
package dev.lockstep.model;

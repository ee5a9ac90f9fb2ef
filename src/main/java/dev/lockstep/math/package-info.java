/** Arithmetic on arrays. */
package dev.lockstep.math;

/**
 * Arithmetic on arrays whose bits do not depend on the machine. {@link dev.lockstep.math.Kernels}
 * are the float loops, as SIMD and as plain twins; {@link dev.lockstep.math.Elementary} has exp and
 * its kin; {@link dev.lockstep.math.SumTree} is the order in which partial sums combine; {@link
 * dev.lockstep.math.RandomKey} draws random numbers by counter; {@link
 * dev.lockstep.math.IdleThreads} do the blocks of a sweep between them. The only place for {@code
 * jdk.incubator.vector}. To add a kernel: a method of {@code Kernels}, both twins, and a line in
 * the parity test.
 */
package dev.lockstep.math;

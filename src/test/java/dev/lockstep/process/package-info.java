/**
 * Tests with real processes: {@code Child} runs a command with a time limit and can end it by
 * signal, {@code Launcher} runs {@code scripts/lockstep}, {@code StandaloneCluster} is a Spark
 * master with workers as processes of their own.
 *
 * <p>Flow: start a {@code Child} (on a cluster or not), wait for a line of its output, kill
 * something by its pid, look at the exit code and at the files that are left.
 */
package dev.lockstep.process;

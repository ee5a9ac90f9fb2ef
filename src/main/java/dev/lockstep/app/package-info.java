/** The command line: joins run file, registries, Spark and the loop; maps errors to exit codes. */
package dev.lockstep.app;

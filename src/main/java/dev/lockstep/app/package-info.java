/**
 * The command line and the run file.
 *
 * <ol>
 *   <li>{@link dev.lockstep.app.Lockstep} parses the command line, runs the command, and turns what
 *       it throws into an exit code and one sentence ({@link dev.lockstep.app.Failure}).
 *   <li>{@code RunFileReader} reads the run file into a {@link dev.lockstep.app.RunFile}, every
 *       problem at once; {@code RunChecks} finds settings that do not go together.
 *   <li>{@link dev.lockstep.app.TrainRun} joins sources, preparation, engine, loop and store.
 *   <li>{@code TuneRun} searches: {@code StudyFile} is the run file of every trial, {@code
 *       CohortRunner} trains them side by side, {@code Fit} trains the best one in the end.
 *   <li>{@code RunReport} leaves {@code report.html}, which the room {@link
 *       dev.lockstep.app.report} makes from what the run wrote.
 * </ol>
 *
 * <p>A new command is a class that implements {@code LockstepCommand} and a name in {@code
 * Lockstep}'s list; a new component needs nothing here, its registry is known already.
 */
package dev.lockstep.app;

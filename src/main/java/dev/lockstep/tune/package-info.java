/**
 * Hyperparameter search: a study is a sequence of waves of trials, trained side by side by whoever
 * implements {@link dev.lockstep.tune.TrialRunner}, and every event of it is in a journal.
 *
 * <pre>
 * run file -> {@link dev.lockstep.tune.StudyPlan#read}    settings, {@link dev.lockstep.tune.space.Space}, all problems at once
 * {@link dev.lockstep.tune.Study#run}:
 *   {@link dev.lockstep.tune.StudyState} = every {@link dev.lockstep.tune.Event} of the {@link dev.lockstep.tune.Journal} applied in turn
 *   enqueued, then strategy.next(history)     -> WaveProposed
 *   runner.start(wave); advance to each mark  -> TrialEnded, as soon as one ends
 *   pruner.losers(mark, wave, history)        -> MarkReached, with who stops
 *   about once a minute, and if one throws    -> TimeSpent
 *   {@link dev.lockstep.tune.StudyOutcome}         the chosen trial, and for how many epochs it is refitted
 * </pre>
 *
 * <p>The state is changed by events alone, and an event is in the journal before it is applied: so
 * a study that was killed has, after reading its journal, the state it had, and decides as it would
 * have. What strategies see are scores; seconds decide nothing but {@code max_seconds}, and that
 * decision is an event too.
 *
 * <p>Secrets among the values that are tried stay in the run file: {@link
 * dev.lockstep.tune.SecretlessJournal} keeps their numbers. {@link dev.lockstep.tune.RecordedStudy}
 * makes a study of its journal alone, for those who only look.
 *
 * <p>Rooms, lower first: {@code space} (what may vary), {@code surrogate} (models of the scores),
 * {@code strategy} (what is tried and what is stopped), and this one. A new strategy or pruner is a
 * record in {@code strategy} plus a line in its registry.
 */
package dev.lockstep.tune;

/**
 * {@code report.html}: one page for people, of a training or of a study, that needs nothing beside
 * itself. It is derived: what a run left is enough to write it again.
 *
 * <ol>
 *   <li>{@link dev.lockstep.app.report.RunFacts}: what both pages say first, from {@code run.json}
 *       and the result.
 *   <li>{@link dev.lockstep.app.report.TrainingReport} adds the {@link
 *       dev.lockstep.app.report.Curves} of the metrics files, each a {@link
 *       dev.lockstep.app.report.Series} of a few thousand points at most.
 *   <li>{@link dev.lockstep.app.report.StudyReport} adds {@link dev.lockstep.app.report.Trial}s and
 *       {@link dev.lockstep.app.report.Hyperparameter}s.
 *   <li>{@link dev.lockstep.app.report.Page} puts the data, as JSON that can end no element, beside
 *       the style and the scripts of {@code src/main/resources}, and forbids everything else.
 *   <li>In the browser {@code page.js} reads the JSON and calls the drawing scripts, which write
 *       text by {@code textContent} alone.
 * </ol>
 *
 * <p>A new chart is a script in the resources, its name in {@code Page}, and a call in {@code
 * training.js} or {@code study.js}.
 */
package dev.lockstep.app.report;

package dev.lockstep.app;

import dev.lockstep.train.EpochReport;
import dev.lockstep.tune.Event;
import dev.lockstep.tune.StudyPlan;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;

/**
 * Shows how a study goes: on a terminal a table that is drawn anew in its place, elsewhere a line a
 * trial. Safe for threads.
 */
final class StudyView implements TrialProgress, AutoCloseable {
  private static final int MOST_ROWS = 16;
  private static final int LEAST_WIDTH = 40;
  private static final long UPDATE_NANOS = 200_000_000;
  private static final double NANOS = 1e9;

  private final PrintStream out;
  private final StudyTable table;
  private final String metric;
  private final Optional<IntSupplier> width;
  private final Runnable terminal;
  private final long start = System.nanoTime();
  private int endedBefore;
  private int drawn;
  private long drawnNanos;
  private int epoch;

  private StudyView(StudyPlan plan, PrintStream out, Optional<IntSupplier> width) {
    this.out = out;
    this.table = new StudyTable(plan);
    this.metric = plan.metric();
    this.width = width;
    this.terminal = width.isPresent() ? Logging.keepTerminal(this::moved) : () -> {};
  }

  /** The view that suits where the output goes. */
  static StudyView on(StudyPlan plan, SharedTerminal terminal) {
    if (System.console() == null) {
      return on(plan, terminal, Optional.empty());
    }
    ConsoleProgressBarConsumer console = new ConsoleProgressBarConsumer(terminal.direct());
    return on(plan, terminal, Optional.of(console::getMaxRenderedLength));
  }

  /** A view for a terminal of a width, or for none. */
  static StudyView on(StudyPlan plan, SharedTerminal terminal, Optional<IntSupplier> width) {
    StudyView view = new StudyView(plan, terminal.direct(), width);
    terminal.onWrite(view::moved);
    return view;
  }

  /** Somebody else writes to the terminal: the next table goes below that. */
  private synchronized void moved() {
    drawn = 0;
  }

  /** Takes what an earlier attempt has found. */
  void recall(List<Event> events) {
    events.forEach(table::take);
    endedBefore = table.ended();
  }

  /** Takes an event. */
  synchronized void take(Event event) {
    List<StudyTable.Row> ended = table.take(event);
    if (width.isEmpty()) {
      ended.forEach(row -> out.println(table.line(row)));
      out.flush();
    } else {
      draw(true);
    }
  }

  @Override
  public synchronized void onEpoch(TrialSeat seat, EpochReport report) {
    epoch = report.epoch();
    table.take(seat, report);
    if (width.isPresent()) {
      draw(false);
    }
  }

  private void draw(boolean now) {
    if (!now && System.nanoTime() - drawnNanos < UPDATE_NANOS) {
      return;
    }
    drawnNanos = System.nanoTime();
    StringBuilder screen = new StringBuilder();
    if (drawn > 0) {
      screen.append("\u001b[").append(drawn).append('A');
    }
    List<String> lines = lines(Math.max(LEAST_WIDTH, width.get().getAsInt()));
    for (String line : lines) {
      screen.append("\u001b[2K").append(line).append('\n');
    }
    drawn = lines.size();
    out.print(screen);
    out.flush();
  }

  private List<String> lines(int columns) {
    List<String> lines = new ArrayList<>();
    lines.add("trial  status    epochs  %-22s configuration".formatted(metric));
    List<StudyTable.Row> rows = table.rows();
    Optional<StudyTable.Row> best = table.best();
    for (StudyTable.Row row : rows.subList(Math.max(0, rows.size() - MOST_ROWS), rows.size())) {
      lines.add(line(row, best));
    }
    String summary = table.summary((System.nanoTime() - start) / NANOS, endedBefore);
    lines.add(
        summary
            + (epoch > 0 ? ", epoch " + epoch : "")
            + best.map(it -> "; best is trial " + it.trial().number() + ": " + it.configuration())
                .orElse(""));
    lines.replaceAll(line -> line.length() > columns ? line.substring(0, columns) : line);
    return lines;
  }

  private static String line(StudyTable.Row row, Optional<StudyTable.Row> best) {
    boolean isBest = best.map(it -> it.trial().number() == row.trial().number()).orElse(false);
    String score = row.valued() ? StudyTable.score(row) : "";
    return "%5d%s %-9s %6d  %-22s %s"
        .formatted(
            row.trial().number(),
            isBest ? "*" : " ",
            row.report().status().key(),
            row.report().epochs(),
            score,
            row.configuration());
  }

  @Override
  public void close() {
    if (width.isPresent() && drawn > 0) {
      draw(true);
    }
    out.flush();
    terminal.run();
  }
}

package dev.lockstep.app;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * What goes to where a table is drawn in its place, beside the table: each write tells the one who
 * draws, as it moves what was drawn.
 */
final class SharedTerminal extends FilterOutputStream {
  private final PrintStream terminal;
  private volatile Runnable onWrite = () -> {};

  SharedTerminal(PrintStream terminal) {
    super(terminal);
    this.terminal = terminal;
  }

  /** For the one who draws. */
  PrintStream direct() {
    return terminal;
  }

  /** For all others. */
  PrintStream beside() {
    return new PrintStream(this, true, Charset.defaultCharset());
  }

  /** Tells this before each write of the others. */
  void onWrite(Runnable told) {
    onWrite = told;
  }

  @Override
  public void write(int one) throws IOException {
    onWrite.run();
    super.write(one);
  }

  @Override
  public void write(byte[] bytes, int from, int count) {
    onWrite.run();
    terminal.write(bytes, from, count);
  }

  @Override
  public void close() {
    terminal.flush();
  }
}

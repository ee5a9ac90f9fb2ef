package dev.lockstep.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The processor time of a call: unlike the clock's, hardly changed by what else the machine does.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class CpuTime {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** How often {@link #count} was called in the iteration. */
  public long calls;

  private long start;
  private long end;

  /** To be called first in each call. */
  void count() {
    if (calls++ == 0) {
      start = THREADS.getCurrentThreadCpuTime();
    }
  }

  /** Stops the clock. */
  @TearDown(Level.Iteration)
  public void stop() {
    end = THREADS.getCurrentThreadCpuTime();
  }

  /** The time of one call of the iteration. */
  public double seconds() {
    return (end - start) / 1e9 / calls;
  }
}

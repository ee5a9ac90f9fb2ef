package dev.lockstep.spark.gang;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcTimeout;
import org.apache.spark.util.RpcUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.duration.FiniteDuration;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * An executor's line to its driver over Spark's RPC, whose authentication and encryption apply. A
 * question stays open until there is a new round; after {@link #PATIENCE_SECONDS} it is asked
 * again, so that a lost message costs time and nothing else. Safe for threads.
 */
final class DriverLine {
  private static final Logger LOG = LoggerFactory.getLogger(DriverLine.class);
  private static final long PATIENCE_SECONDS = 20;
  private static final int MOST_FAILURES = 5;

  private final UUID gang;
  private final RpcEndpointRef driver;
  private final String executor;
  private final RpcTimeout timeout =
      new RpcTimeout(
          new FiniteDuration(PATIENCE_SECONDS, TimeUnit.SECONDS), "patience of a gang's task");

  DriverLine(GangAddress address) {
    SparkEnv env = SparkEnv.get();
    this.gang = address.gang();
    this.driver = RpcUtils.makeDriverRef(address.endpoint(), env.conf(), env.rpcEnv());
    this.executor = env.executorId();
  }

  /** Says that a task is there. */
  void here(int group, long attempt) {
    driver.send(attendance(Frame.Kind.HERE, group, attempt, -1));
  }

  /**
   * A message that hands sums over and asks for the next round.
   *
   * @param last the round before it; empty at first
   * @param sums of that round; not needed any more when this returns
   */
  byte[] question(int group, long attempt, Optional<Round> last, Collection<Subtotal> sums) {
    List<byte[]> frames = new ArrayList<>();
    last.ifPresent(round -> sums.forEach(sum -> frames.add(SumCodec.encode(gang, round, sum))));
    frames.add(attendance(Frame.Kind.ASK, group, attempt, last.map(Round::number).orElse(-1L)));
    return Frame.message(frames);
  }

  /**
   * Sends a question and waits for the answer, or for {@link #PATIENCE_SECONDS}.
   *
   * @return the bytes of the reply; empty if there is none yet
   */
  Optional<byte[]> ask(byte[] question, Failures failures) {
    ClassTag<byte[]> tag = ClassTag$.MODULE$.apply(byte[].class);
    try {
      byte[] reply = driver.askSync(question, timeout, tag);
      failures.clear();
      return Optional.of(reply);
    } catch (Exception e) { // Scala throws checked ones without declaring them
      failures.add(e);
      return Optional.empty();
    }
  }

  private byte[] attendance(Frame.Kind kind, int group, long attempt, long last) {
    return Frame.seal(
        new Frame.Attendee(attempt, executor).body(), kind, gang, -1, last, -1, group, group + 1);
  }

  /** Questions without an answer, in a row: patience with silence, little with errors. */
  static final class Failures {
    private int inARow;

    private void clear() {
      inARow = 0;
    }

    private void add(Exception failure) {
      for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
        if (cause instanceof InterruptedException) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("the task was told to end", failure);
        }
        if (cause instanceof java.util.concurrent.TimeoutException) {
          return;
        }
      }
      inARow++;
      LOG.info("the driver did not answer ({} in a row)", inARow, failure);
      if (inARow >= MOST_FAILURES) {
        throw new IllegalStateException("the driver of the gang does not answer", failure);
      }
    }
  }
}

package dev.lockstep.spark.gang;

import dev.lockstep.spark.engine.ClusterFailures;
import java.nio.ByteBuffer;
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
import scala.concurrent.Future;
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
  private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);

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
    driver.send(attendance(Frame.Kind.HERE, group, attempt, -1, 0, Optional.empty()));
  }

  /**
   * A question for the next round, and the message that carries it.
   *
   * @param group of the task that asks
   * @param attempt of the task that asks
   * @param last the round before it; -1 at first
   * @param known how many parameters the round before it had
   * @param held the last round whose parameters it can go on from by changes
   * @param message what is left to be sent of sums, and the question
   */
  record Question(
      int group, long attempt, long last, int known, Optional<Round> held, byte[] message) {}

  /**
   * Hands sums over, all but what goes with the question for the next round.
   *
   * @param last the round before it; empty at first
   * @param held the last round whose parameters it can go on from by changes
   * @param sums of that round; not needed any more when this returns
   */
  Question question(
      int group,
      long attempt,
      Optional<Round> last,
      Optional<Round> held,
      Collection<Subtotal> sums) {
    List<byte[]> frames = new ArrayList<>();
    last.ifPresent(round -> sums.forEach(sum -> send(round, sum, frames)));
    long number = last.map(Round::number).orElse(-1L);
    frames.add(attendance(Frame.Kind.ASK, group, attempt, number, 0, held));
    int known = last.map(round -> round.params().values().length).orElse(0);
    return new Question(group, attempt, number, known, held, Frame.message(frames));
  }

  /**
   * Sums of several parts leave part by part, while the next one is written; parts of which little
   * goes leave together.
   */
  private void send(Round round, Subtotal sum, List<byte[]> small) {
    int parts = SumCodec.parts(round);
    if (parts == 1) {
      small.add(SumCodec.encode(gang, round, sum, 0));
      return;
    }
    List<byte[]> frames = new ArrayList<>();
    long bytes = 0;
    for (int part = 0; part < parts; part++) {
      byte[] frame = SumCodec.encode(gang, round, sum, part);
      if (!frames.isEmpty() && bytes + frame.length > Parts.SUM_BYTES) {
        driver.send(Frame.message(frames));
        frames.clear();
        bytes = 0;
      }
      frames.add(frame);
      bytes += frame.length;
    }
    driver.send(Frame.message(frames));
  }

  /**
   * The answer to a question.
   *
   * @param round the next round; empty if there are no more
   */
  record Answer(Optional<Round> round) {}

  /**
   * Sends a question and waits for the answer, or for {@link #PATIENCE_SECONDS}.
   *
   * @return empty if there is none yet
   */
  Optional<Answer> ask(Question question, Failures failures) {
    try {
      Answer answer = answer(question);
      failures.clear();
      return Optional.of(answer);
    } catch (Exception e) { // Scala throws checked ones without declaring them
      failures.add(e);
      return Optional.empty();
    }
  }

  /** Asks for all parts at once that the round will probably have. */
  private Answer answer(Question question) {
    List<Future<byte[]>> replies = new ArrayList<>();
    replies.add(ask(question.message()));
    int valueBytes = question.held().isPresent() ? Short.BYTES : Float.BYTES;
    askUpTo(Parts.ofRound(question.known(), valueBytes).count(), question, replies);
    IncomingRound round = new IncomingRound(question.known(), question.held());
    for (int part = 0; !round.isComplete(); part++) {
      if (part == replies.size()) {
        replies.add(ask(question, part));
      }
      Frame frame = Frame.read(timeout.awaitResult(replies.get(part)), gang).get(0);
      if (frame.kind() == Frame.Kind.END) {
        return new Answer(Optional.empty());
      } else if (frame.kind() != Frame.Kind.ROUND) {
        throw new RefusedFrameException(frame.describe() + " in place of a round");
      }
      RoundCodec.Piece piece = RoundCodec.decode(frame);
      round.add(piece);
      if (piece.total() <= question.known()) {
        askUpTo(piece.parts().count(), question, replies);
      }
    }
    return new Answer(Optional.of(round.round()));
  }

  private void askUpTo(int parts, Question question, List<Future<byte[]>> replies) {
    while (replies.size() < parts) {
      replies.add(ask(question, replies.size()));
    }
  }

  private Future<byte[]> ask(Question question, int part) {
    return ask(
        attendance(
            Frame.Kind.ASK,
            question.group(),
            question.attempt(),
            question.last(),
            part,
            question.held()));
  }

  private Future<byte[]> ask(byte[] message) {
    return driver.ask(message, timeout, BYTES);
  }

  private byte[] attendance(
      Frame.Kind kind, int group, long attempt, long last, int part, Optional<Round> held) {
    long point = held.map(Round::number).orElse(-1L);
    ByteBuffer body = new Frame.Attendee(attempt, executor, part, point).body();
    return Frame.seal(body, kind, gang, -1, last, -1, group, group + 1);
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
        throw new IllegalStateException(ClusterFailures.DRIVER_SILENT, failure);
      }
    }
  }
}

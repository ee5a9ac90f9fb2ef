package dev.lockstep.spark.gang;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.rpc.IsolatedRpcEndpoint;
import org.apache.spark.rpc.RpcCallContext;
import org.apache.spark.rpc.RpcEnv;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Function1;
import scala.PartialFunction;
import scala.runtime.AbstractPartialFunction;
import scala.runtime.BoxedUnit;

/**
 * The driver's end of a gang over Spark's RPC: sums go to the table, whoever asks gets the next
 * round as the reply. Messages are byte arrays of {@link Frame}s; anything else is refused, logged
 * and never summed.
 */
final class GangEndpoint implements IsolatedRpcEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(GangEndpoint.class);
  private static final int MOST_THREADS = 4;
  private static final int MOST_REFUSALS_LOGGED = 20;

  private final RpcEnv rpc;
  private final UUID gang;
  private final int shards;
  private final RoundTable table;
  private final Attendance attendance;
  private final Handouts handouts;
  private int refusals;

  GangEndpoint(RpcEnv rpc, UUID gang, int shards, RoundTable table, Attendance attendance) {
    this.rpc = rpc;
    this.gang = gang;
    this.shards = shards;
    this.handouts = new Handouts(gang, shards);
    this.table = table;
    this.attendance = attendance;
  }

  @Override
  public RpcEnv rpcEnv() {
    return rpc;
  }

  @Override
  public int threadCount() {
    return Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
  }

  /** One-way messages: signs of life. */
  @Override
  public PartialFunction<Object, BoxedUnit> receive() {
    return new Handler(Optional.empty());
  }

  @Override
  public PartialFunction<Object, BoxedUnit> receiveAndReply(RpcCallContext call) {
    return new Handler(Optional.of(call));
  }

  private final class Handler extends AbstractPartialFunction<Object, BoxedUnit> {
    private final Optional<RpcCallContext> call;

    Handler(Optional<RpcCallContext> call) {
      this.call = call;
    }

    @Override
    public boolean isDefinedAt(Object message) {
      return true;
    }

    @Override
    public <A, B> B applyOrElse(A message, Function1<A, B> otherwise) {
      try {
        if (!(message instanceof byte[] bytes)) {
          throw new RefusedFrameException("a " + message.getClass().getName());
        }
        take(Frame.read(bytes, gang), call);
      } catch (RefusedFrameException e) {
        refuse(e);
        // A class of ours would end the executor: its RPC threads know none of the user's jars.
        call.ifPresent(each -> each.sendFailure(new IOException(e.getMessage())));
      }
      @SuppressWarnings("unchecked")
      B unit = (B) BoxedUnit.UNIT;
      return unit;
    }
  }

  private void take(List<Frame> frames, Optional<RpcCallContext> call) {
    for (Frame frame : frames) {
      Optional<Frame.Attendee> attendee = frame.attendee();
      if (attendee.isPresent()) {
        attend(frame, attendee.get(), call);
      } else {
        sum(frame);
      }
    }
  }

  private void attend(Frame frame, Frame.Attendee attendee, Optional<RpcCallContext> call) {
    int group = frame.from();
    if (group < 0 || group >= attendance.groups()) {
      throw new RefusedFrameException(frame.describe() + ": no such group");
    }
    attendance.here(group, attendee.attempt(), attendee.executor());
    if (frame.kind() == Frame.Kind.ASK && call.isPresent()) {
      int part = attendee.part();
      String who = attendee.executor() + "/" + attendee.attempt() + "/" + part;
      long held = attendee.held();
      table.whenAfter(
          who, frame.round(), round -> call.get().reply(handouts.reply(round, part, held)));
    } else {
      call.ifPresent(each -> each.reply(new byte[0]));
    }
  }

  private void sum(Frame frame) {
    Optional<Round> open = table.current();
    if (open.isPresent() && frame.round() == open.get().number()) {
      table.leaveSent(frame.round(), () -> SumCodec.decode(frame, shards, open.get()));
    } else if (!table.ended() && (open.isEmpty() || frame.round() > open.get().number())) {
      throw new RefusedFrameException(frame.describe() + ": no such round is open");
    }
  }

  private synchronized void refuse(RefusedFrameException refused) {
    refusals++;
    if (refusals <= MOST_REFUSALS_LOGGED) {
      LOG.warn("a message to the gang was refused: {}", refused.getMessage());
    }
  }
}

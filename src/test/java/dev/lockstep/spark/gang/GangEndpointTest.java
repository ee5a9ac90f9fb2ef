package dev.lockstep.spark.gang;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.math.RandomKey;
import dev.lockstep.math.SumTree.Range;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.engine.GradientWork;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcCallContext;
import org.junit.jupiter.api.Test;

class GangEndpointTest {
  private static final UUID GANG = new UUID(17, 4);
  private static final int SHARDS = 2;
  private static final Round ROUND =
      new Round(
          5,
          new GradientWork(
              new Step(7, 2, new Ranks(3, 9), false, RowOrder.RANKED, RandomKey.of(1))),
          new Parameters(1, 2, new float[] {1, 2}));

  private final RoundTable table = new RoundTable(SHARDS);
  private final Call call = new Call();
  private final GangEndpoint endpoint =
      new GangEndpoint(null, GANG, SHARDS, table, new Attendance(1));

  /** What the driver answers. */
  private static final class Call implements RpcCallContext {
    private final List<Object> replies = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    @Override
    public void reply(Object response) {
      replies.add(response);
    }

    @Override
    public void sendFailure(Throwable failure) {
      failures.add(failure);
    }

    @Override
    public RpcAddress senderAddress() {
      return new RpcAddress("127.0.0.1", 1);
    }
  }

  private void send(Object message) {
    endpoint.receiveAndReply(call).apply(message);
  }

  /** The sum of all shards, and the question for the next round. */
  private static byte[] sumAndQuestion(Round round) {
    GradientSum sum = new GradientSum(1, 2, false);
    byte[] sums = SumCodec.encode(GANG, round, new Subtotal(new Range(0, SHARDS), sum), 0);
    byte[] question =
        Frame.seal(
            new Frame.Attendee(3, "executor", 0, -1).body(),
            Frame.Kind.ASK,
            GANG,
            -1,
            round.number(),
            -1,
            0,
            1);
    return Frame.message(List.of(sums, question));
  }

  @Test
  void aRefusalIsToldInClassesThatEveryExecutorKnows() {
    send(new byte[100]);
    send("no bytes");
    send(sumAndQuestion(ROUND)); // no round was opened
    assertThat(call.replies).isEmpty();
    assertThat(call.failures).hasSize(3);
    for (Throwable failure : call.failures) {
      for (Throwable each = failure; each != null; each = each.getCause()) {
        assertThat(each.getClass().getClassLoader()).as(each.toString()).isNull();
        assertThat(each.getSuppressed()).isEmpty();
      }
    }
  }

  @Test
  void aSecondAttemptThatComesAfterTheEndIsToldSo() {
    table.open(ROUND);
    table.end();
    send(sumAndQuestion(ROUND));
    assertThat(call.failures).isEmpty();
    Optional<Frame> answer = Frame.read((byte[]) call.replies.get(0), GANG).stream().findFirst();
    assertThat(answer.orElseThrow().kind()).isEqualTo(Frame.Kind.END);
  }
}

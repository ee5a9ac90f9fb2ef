package dev.lockstep.torch;

import dev.lockstep.data.Batch;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/** A process that trains with batches of varied sizes and tells what memory it holds. */
public final class NetworkPasses {
  private static final int MOST_ROWS = 600;
  private static final int MEMBERS = 2;

  private NetworkPasses() {}

  /** The passes; whether the replica is closed before the process ends. */
  public static void main(String[] args) {
    int passes = Integer.parseInt(args[0]);
    boolean closes = Boolean.parseBoolean(args[1]);
    Plan plan =
        Plan.of(
            List.of(
                new Conv(8, List.of(3), List.of(1), List.of(1), true, Init.DEFAULT),
                Activation.DEFAULTS,
                Pool.DEFAULTS,
                new Flatten(),
                Norm.DEFAULTS,
                new Dropout(0.1),
                new Dense(16),
                new Dense(3)),
            Dims.of(1, 8, 8));
    SoftmaxLoss loss = new SoftmaxLoss();
    NetworkCase c =
        new NetworkCase(
            "passes", plan, loss, NetworkCase.block(plan, loss, MOST_ROWS, NetworkCase.KEY));
    Parameters params =
        new Parameters(MEMBERS, c.size(), c.params(MEMBERS, NetworkCase.KEY.child("start")));
    GradientSum into = new GradientSum(MEMBERS, c.size(), false);
    float[] scores = new float[MEMBERS * MOST_ROWS * c.outputs()];
    Replica replica = c.open();
    for (int pass = 0; pass < passes; pass++) {
      int rows = pass % 10 == 0 ? 1 + pass * 7 % MOST_ROWS : 1 + pass * 7 % 61;
      Batch batch = new Batch(c.block(), 0, rows);
      replica.accumulate(params, batch, NetworkCase.KEY.child(pass), into);
      replica.predict(params, batch, scores);
      if (pass == passes / 4) {
        report("begin");
      }
    }
    report("end");
    if (closes) {
      replica.close();
      report("closed");
    }
  }

  private static void report(String when) {
    System.out.println(when + " " + Pointer.physicalBytes() + " " + Pointer.totalCount());
  }
}

package dev.lockstep.torch;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/** A process that trains with batches of varied sizes and tells what memory it holds. */
public final class NetworkPasses {
  private static final int MOST_ROWS = 600;
  private static final int MEMBERS = 2;
  private static final Schema ROWS =
      new Schema(
          List.of(), 64, List.of("y"), List.of("a", "b", "c"), List.of(), List.of(1, 8, 8), 0);

  private NetworkPasses() {}

  /** The passes; whether the replica is closed before the process ends; whether of a module. */
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
    boolean scripted = Boolean.parseBoolean(args[2]);
    int size = scripted ? module().layout(ROWS).size() : c.size();
    float[] values = new float[MEMBERS * size];
    Arrays.fill(values, 0.1f);
    Parameters params = new Parameters(MEMBERS, size, values);
    GradientSum into = new GradientSum(MEMBERS, size, false);
    float[] scores = new float[MEMBERS * MOST_ROWS * c.outputs()];
    Replica replica = scripted ? module().open(ROWS) : c.open();
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

  /** A module of the same sizes, with dropout, running statistics and a count. */
  private static TorchScript module() {
    String forward =
        """
        if self.training:
            self.count.add_(1)
        h = torch.conv2d(x, self.c, self.cb, [1, 1], [1, 1]).relu()
        h = torch.batch_norm(h, None, None, self.mean, self.var, self.training, 0.1, 1e-5, False)
        h = torch.dropout(torch.max_pool2d(h, [2, 2]).flatten(1), 0.1, self.training)
        return torch.linear(torch.linear(h, self.w0, self.b0), self.w1, self.b1)
        """;
    return TorchScript.DEFAULTS.of(
        new ScriptSource(forward)
            .parameter("c", 8, 1, 3, 3)
            .parameter("cb", 8)
            .parameter("w0", 16, 128)
            .parameter("b0", 16)
            .parameter("w1", 3, 16)
            .parameter("b1", 3)
            .buffer("mean", 8)
            .buffer("var", 8)
            .counting()
            .bytes());
  }

  private static void report(String when) {
    System.out.println(when + " " + Pointer.physicalBytes() + " " + Pointer.totalCount());
  }
}

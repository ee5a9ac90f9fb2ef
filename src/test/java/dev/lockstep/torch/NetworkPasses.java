package dev.lockstep.torch;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.SoftmaxLoss;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/**
 * A process that trains with batches of varied sizes and lengths and tells what memory it holds.
 */
public final class NetworkPasses {
  private static final int MOST_ROWS = 600;
  private static final int MEMBERS = 2;
  private static final int STEPS = 48;
  private static final int VOCABULARY = 500;
  private static final int CLASSES = 3;
  private static final SoftmaxLoss LOSS = new SoftmaxLoss();
  private static final Schema ROWS =
      new Schema(
          List.of(), 64, List.of("y"), List.of("a", "b", "c"), List.of(), List.of(1, 8, 8), 0);
  private static final Schema TEXTS =
      new Schema(
          List.of(), STEPS, List.of("y"), List.of("a", "b", "c"), List.of(), List.of(), VOCABULARY);

  /** What is trained. */
  enum Kind {
    /** Pictures by layers. */
    CNN(cnn()) {
      @Override
      Replica open() {
        return rows().open();
      }
    },
    /** Pictures by a module. */
    SCRIPT(cnn()) {
      @Override
      Replica open() {
        return module().open(ROWS);
      }

      @Override
      int size() {
        return module().layout(ROWS).size();
      }
    },
    /** Texts of varied lengths. */
    LSTM(texts(new Lstm(12, true, Recurrent.Take.LAST))) {
      @Override
      Replica open() {
        return rows().open();
      }
    },
    /** Texts of varied lengths. */
    TRANSFORMER(
        texts(
            Positions.DEFAULTS,
            new Encoder(2, 2, Activation.Function.GELU, 0.1, true, false),
            Take.DEFAULTS)) {
      @Override
      Replica open() {
        return rows().open();
      }
    },
    /** Texts of varied lengths by a module. */
    SCRIPT_OF_TEXTS(texts(Take.DEFAULTS)) {
      @Override
      Replica open() {
        return moduleOfTexts().open(TEXTS);
      }

      @Override
      int size() {
        return moduleOfTexts().layout(TEXTS).size();
      }
    };

    private final NetworkCase rows;

    Kind(Plan plan) {
      Block block = NetworkCase.block(plan, LOSS, MOST_ROWS, NetworkCase.KEY);
      if (plan.inputs().get(0).areTokens()) {
        shorten((DenseRows) block.features());
      }
      rows = new NetworkCase(name(), plan, LOSS, block);
    }

    NetworkCase rows() {
      return rows;
    }

    int size() {
      return rows.size();
    }

    abstract Replica open();
  }

  private NetworkPasses() {}

  /** The passes; whether the replica is closed before the process ends; of which kind. */
  public static void main(String[] args) {
    int passes = Integer.parseInt(args[0]);
    boolean closes = Boolean.parseBoolean(args[1]);
    Kind kind = Kind.valueOf(args[2]);
    int size = kind.size();
    float[] values = new float[MEMBERS * size];
    Arrays.fill(values, 0.1f);
    Parameters params = new Parameters(MEMBERS, size, values);
    GradientSum into = new GradientSum(MEMBERS, size, false);
    float[] scores = new float[MEMBERS * MOST_ROWS * CLASSES];
    Replica replica = kind.open();
    for (int pass = 0; pass < passes; pass++) {
      int rows = pass % 10 == 0 ? 1 + pass * 7 % MOST_ROWS : 1 + pass * 7 % 61;
      int from = pass * 11 % (MOST_ROWS - rows + 1);
      Batch batch = new Batch(kind.rows().block(), from, from + rows);
      replica.accumulate(params, batch, NetworkCase.KEY.child(pass), into);
      replica.predict(params, batch, scores);
      if (pass == passes / 2) {
        report("begin");
      }
    }
    report("end");
    if (closes) {
      replica.close();
      report("closed");
    }
  }

  private static Plan cnn() {
    return Plan.of(
        List.of(
            new Conv(8, List.of(3), List.of(1), List.of(1), true, Init.DEFAULT),
            Activation.DEFAULTS,
            Pool.DEFAULTS,
            new Flatten(),
            Norm.DEFAULTS,
            new Dropout(0.1),
            new Dense(16),
            new Dense(CLASSES)),
        Dims.of(1, 8, 8));
  }

  private static Plan texts(Layer... layers) {
    List<Layer> all = new ArrayList<>(List.of(new Embedding(8, 1)));
    all.addAll(List.of(layers));
    all.add(new Dense(CLASSES));
    return Plan.of(all, Dims.tokens(STEPS, VOCABULARY));
  }

  /** Neighbours are of near lengths, so that batches differ in their longest row. */
  private static void shorten(DenseRows ids) {
    for (int row = 0; row < ids.rows(); row++) {
      int length = 1 + (row / 20 * 7 + row % 5) % STEPS;
      int start = row * ids.stride();
      Arrays.fill(ids.values(), start + length, start + STEPS, 0f);
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

  /** A module of the same texts, with dropout. */
  private static TorchScript moduleOfTexts() {
    String forward =
        """
        h = torch.dropout(torch.embedding(self.e, x).mean([1]), 0.1, self.training)
        return torch.linear(h, self.w, self.b)
        """;
    return TorchScript.DEFAULTS.of(
        new ScriptSource(forward)
            .parameter("e", VOCABULARY + 2, 8)
            .parameter("w", CLASSES, 8)
            .parameter("b", CLASSES)
            .bytes());
  }

  private static void report(String when) {
    System.out.println(when + " " + Pointer.physicalBytes() + " " + Pointer.totalCount());
  }
}

package dev.lockstep.train;

import dev.lockstep.data.Batch;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Layout;
import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Schema;
import dev.lockstep.loss.Loss;
import dev.lockstep.loss.SquaredLoss;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Linear regression in plain loops, with a frozen bias between the weights, which are trained, and
 * a buffer that moves a tenth of the way to the means of the features.
 *
 * @param buffer whether the means are there
 */
record RunningMeansModel(boolean buffer) implements Model {
  static final float BIAS = 0.7f;
  static final float MOMENTUM = 0.1f;

  @Override
  public Loss loss() {
    return new SquaredLoss();
  }

  @Override
  public int outputs(Schema schema) {
    return 1;
  }

  @Override
  public Layout layout(Schema schema) {
    Layout line =
        Layout.empty().with("bias", Role.FROZEN, 1).with("weight", true, schema.features());
    return buffer ? line.with("means", Role.BUFFER, schema.features()) : line;
  }

  @Override
  public void initialize(float[] params, Schema schema, RandomGenerator random) {
    Arrays.fill(params, 0);
    params[0] = BIAS;
  }

  @Override
  public Replica open(Schema schema) {
    return new PlainReplica(schema.features(), buffer);
  }

  private record PlainReplica(int d, boolean buffer) implements Replica {
    @Override
    public void accumulate(Parameters params, Batch batch, RandomKey key, GradientSum into) {
      for (int k = 0; k < params.members(); k++) {
        int at = params.offset(k);
        float[] sums = into.gradients();
        for (int row = batch.from(); row < batch.to(); row++) {
          boolean seen =
              !params.heldOut().holdsOut(k)
                  || params.heldOut().weigh(k, batch.block(), row, 1, new float[1]) > 0;
          float weight = seen ? batch.block().weight(row) : 0;
          float slope = score(params, k, batch, row) - batch.block().labels()[row];
          into.weightSums()[k] += weight;
          into.lossSums()[k] += weight * slope * slope / 2;
          sums[at] += weight * slope;
          for (int j = 0; j < d; j++) {
            float x = x(batch, row, j);
            sums[at + 1 + j] += weight * slope * x;
            if (buffer) {
              sums[at + 1 + d + j] += weight * MOMENTUM * (x - params.values()[at + 1 + d + j]);
            }
          }
        }
      }
    }

    private float x(Batch batch, int row, int j) {
      DenseRows rows = (DenseRows) batch.block().features();
      return rows.values()[row * rows.stride() + j];
    }

    private float score(Parameters params, int k, Batch batch, int row) {
      float score = params.values()[params.offset(k)];
      for (int j = 0; j < d; j++) {
        score += params.values()[params.offset(k) + 1 + j] * x(batch, row, j);
      }
      return score;
    }

    @Override
    public void predict(Parameters params, Batch batch, float[] scores) {
      for (int k = 0; k < params.members(); k++) {
        for (int row = batch.from(); row < batch.to(); row++) {
          scores[k * batch.rows() + row - batch.from()] = score(params, k, batch, row);
        }
      }
    }

    @Override
    public void close() {}
  }
}

package dev.lockstep.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Features;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.SparseRows;
import dev.lockstep.math.RandomKey;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoldMomentsTest {
  private static final int FOLDS = 3;
  private static final List<ScaledRange> SOME =
      List.of(
          new ScaledRange(1, 3, true), new ScaledRange(3, 3, true), new ScaledRange(5, 6, false));

  @ParameterizedTest
  @ValueSource(ints = {2, 7, 64, 65, 1021})
  void theScaledFeaturesOfAFoldHaveTheMomentsOfTheOtherFoldsRows(int rows) {
    int columns = 7;
    float[] x = new float[rows * columns];
    byte[] folds = new byte[rows];
    RandomGenerator random = RandomKey.of(rows).generator();
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextInt(3) == 0 ? 0 : (float) random.nextGaussian() + 3;
    }
    for (int row = 0; row < rows; row++) {
      folds[row] = (byte) (row % FOLDS);
    }
    for (Features features : List.of(dense(x, columns), sparse(x, columns))) {
      FoldMoments moments = new FoldMoments(1, FOLDS, SOME);
      moments.add(new Block(features, new float[rows], 1, new float[0], new float[0], folds));
      Rescaling found = moments.rescaling(HeldOut.code(0, 2), SOME, columns, List.of());
      for (int j = 0; j < columns; j++) {
        double[] naive = meanAndDeviation(x, columns, j, 2);
        boolean scaled = j == 1 || j == 2 || j == 5;
        double factor = !scaled ? 1 : naive[1] > 0 ? 1 / naive[1] : 0;
        assertThat(found.shift()[j]).isCloseTo(scaled && j < 3 ? naive[0] : 0, within(1e-12));
        assertThat(found.factor()[j]).isCloseTo(factor, within(1e-9 * factor));
      }
    }
  }

  @Test
  void featuresMustAscend() {
    List<ScaledRange> twice = List.of(new ScaledRange(1, 3, true), new ScaledRange(2, 4, true));
    assertThatThrownBy(() -> new FoldMoments(1, FOLDS, twice))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must ascend");
  }

  private static double[] meanAndDeviation(float[] x, int columns, int j, int heldOut) {
    int count = 0;
    double sum = 0;
    for (int row = 0; row * columns < x.length; row++) {
      if (row % FOLDS != heldOut) {
        count++;
        sum += x[row * columns + j];
      }
    }
    double squares = 0;
    for (int row = 0; row * columns < x.length; row++) {
      if (row % FOLDS != heldOut) {
        squares += Math.pow(x[row * columns + j] - sum / count, 2);
      }
    }
    return new double[] {sum / count, Math.sqrt(squares / (count - 1))};
  }

  private static Features dense(float[] x, int columns) {
    int stride = DenseRows.strideOf(columns);
    int rows = x.length / columns;
    float[] values = new float[rows * stride];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(x, row * columns, values, row * stride, columns);
    }
    return new DenseRows(values, rows, columns, stride);
  }

  private static Features sparse(float[] x, int columns) {
    int rows = x.length / columns;
    int[] starts = new int[rows + 1];
    int[] indices = new int[x.length];
    float[] values = new float[x.length];
    int count = 0;
    for (int i = 0; i < x.length; i++) {
      if (x[i] != 0) {
        indices[count] = i % columns;
        values[count++] = x[i];
      }
      starts[i / columns + 1] = count;
    }
    return new SparseRows(starts, indices, values, columns);
  }
}

package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.math.RandomKey;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitTest {
  private static final Dims PLANES = Dims.of(8, 10, 10);

  /** Bounds as PyTorch's {@code nn.init} computes them for these shapes. */
  @ParameterizedTest
  @CsvSource({
    // 1 / sqrt(800); sqrt(6 / (800 + 300)); sqrt(2) sqrt(3 / 800)
    "DEFAULT, 0.0353553390593, 0.117851130198",
    "XAVIER, 0.0738548945876, 0.182574185835",
    "HE, 0.0866025403784, 0.288675134595"
  })
  void boundsAreThoseOfPyTorch(Init init, double ofDense, double ofConv) {
    check(new Dense(300, true, init), Dims.of(800), ofDense, init);
    // fan in 8 x 3 x 3 = 72, fan out 12 x 3 x 3 = 108
    Conv conv = new Conv(12, List.of(3), List.of(1), List.of(0), true, init);
    check(conv, PLANES, ofConv, init);
  }

  private static void check(Layer layer, Dims input, double bound, Init init) {
    Plan plan = Plan.of(List.of(layer), input);
    float[] params = new float[plan.layout().size()];
    plan.initialize(params, RandomKey.of(3).generator());
    int weights = plan.layout().slices().get(0).size();
    double squares = 0;
    double largest = 0;
    for (int i = 0; i < weights; i++) {
      squares += params[i] * params[i];
      largest = Math.max(largest, Math.abs(params[i]));
    }
    // The mean of n squares of uniform draws has a deviation of 2 / sqrt(45 n) of bound^2.
    assertThat(squares / weights)
        .isCloseTo(bound * bound / 3, within(5 * 2 * bound * bound / Math.sqrt(45.0 * weights)));
    assertThat(largest).isBetween(0.98 * bound, bound * (1 + 0x1p-23));
    float[] biases = Arrays.copyOfRange(params, weights, params.length);
    if (init == Init.DEFAULT) {
      for (float bias : biases) {
        assertThat(Math.abs((double) bias)).isBetween(0x1p-40, bound * (1 + 0x1p-23));
      }
    } else {
      assertThat(biases).containsOnly(0f);
    }
  }

  /** Shapes with more rows, more columns, as many, and of a convolution. */
  @ParameterizedTest
  @CsvSource({"7, 7, 1", "40, 10, 1", "10, 40, 1", "1, 5, 1", "5, 1, 1", "8, 4, 9", "64, 65, 1"})
  void orthogonalMatricesHaveOrthonormalSides(int rows, int inner, int places) {
    Dims dims = places == 1 ? Dims.of(rows, inner) : Dims.of(rows, inner, 3, places / 3);
    Weight weight = new Weight("weight", dims, true, new Orthogonal());
    float[] params = new float[dims.count() + 2];
    weight.fill(params, 1, RandomKey.of(7).generator());
    assertThat(params[0] + params[params.length - 1]).isZero();
    int columns = inner * places;
    int many = Math.min(rows, columns);
    int length = Math.max(rows, columns);
    for (int v = 0; v < many; v++) {
      for (int w = 0; w <= v; w++) {
        double dot = 0;
        for (int i = 0; i < length; i++) {
          int first = rows < columns ? v * columns + i : i * columns + v;
          int second = rows < columns ? w * columns + i : i * columns + w;
          dot += (double) params[1 + first] * params[1 + second];
        }
        // Each side's values are rounded to float32, by 2^-24 of a length of 1 at most.
        assertThat(dot).isCloseTo(v == w ? 1 : 0, within(2 * 0x1p-24));
      }
    }
  }

  /** PyTorch turns signs so that what takes the draws to the matrix has a positive diagonal. */
  @Test
  void anOrthogonalMatrixPointsWhereItsFirstDrawsDo() {
    Dims dims = Dims.of(6, 3);
    float[] params = new float[18];
    new Weight("weight", dims, true, new Orthogonal()).fill(params, 0, RandomKey.of(8).generator());
    float[] draws = new float[18];
    new Weight("weight", dims, true, new Weight.Normal(1, 0))
        .fill(draws, 0, RandomKey.of(8).generator());
    double norm = Math.sqrt(IntStream.range(0, 6).mapToDouble(i -> draws[i] * draws[i]).sum());
    for (int row = 0; row < 6; row++) {
      assertThat((double) params[3 * row]).isCloseTo(draws[row] / norm, within(1e-6));
    }
  }

  @Test
  void recurrentLayersHaveOrthogonalMatricesFromStateToState() {
    Lstm layer = new Lstm(5, true, Recurrent.Take.LAST, HiddenInit.ORTHOGONAL);
    assertThat(layer.weights(Dims.of(4, 3)))
        .filteredOn(weight -> weight.start() instanceof Orthogonal)
        .extracting(Weight::name)
        .containsExactly("weight_hh_l0", "weight_hh_l0_reverse");
    assertThat(new Lstm(5, true, Recurrent.Take.LAST).weights(Dims.of(4, 3)))
        .noneMatch(weight -> weight.start() instanceof Orthogonal);
    assertThat(new Dense(3, true, Init.ORTHOGONAL).weights(Dims.of(4)))
        .extracting(Weight::start)
        .containsExactly(new Orthogonal(), new Weight.Constant(0));
  }

  @Test
  void theSameSeedStartsTheSame() {
    Plan plan = Plan.of(List.of(new Dense(5), new Norm(1e-5), new Dense(2)), Dims.of(3));
    float[] first = new float[plan.layout().size()];
    float[] second = new float[first.length];
    RandomGenerator random = RandomKey.of(4).generator();
    plan.initialize(first, random);
    plan.initialize(second, RandomKey.of(4).generator());
    assertThat(second).isEqualTo(first);
    plan.initialize(second, random);
    assertThat(second).isNotEqualTo(first);
    assertThat(Arrays.copyOfRange(first, 20, 25)).containsOnly(1f);
    assertThat(Arrays.copyOfRange(first, 25, 30)).containsOnly(0f);
  }
}

package dev.lockstep.tune.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Normal;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumericsTest {
  /** Values of R's pnorm. */
  @ParameterizedTest
  @CsvSource({
    "0, 0.5",
    "-1, 0.15865525393145705",
    "1.5, 0.93319279873114191",
    "-5, 2.866515718791939e-07",
    "-7.5, 3.190891672910896e-14",
    "-20, 2.7536241186062337e-89"
  })
  void theNormalDistributionIsThatOfTables(double z, double probability) {
    assertThat(Normal.cumulative(z)).isCloseTo(probability, within(1e-8 * probability));
    if (z > -8) {
      assertThat(Normal.quantile(probability)).isCloseTo(z, within(1e-8));
    }
  }

  @Test
  void theNormalDistributionIsTheIntegralOfItsDensity() {
    double sum = 0;
    int steps = 20_000;
    double width = 8.0 / steps;
    for (int i = 0; i < steps; i++) {
      sum += width * Normal.density(-8 + (i + 0.5) * width);
    }
    assertThat(sum).isCloseTo(0.5, within(1e-8));
  }

  private static double[][] positive(int n, RandomGenerator random) {
    double[][] root = new double[n][n];
    for (double[] row : root) {
      Arrays.setAll(row, i -> random.nextDouble() - 0.5);
    }
    double[][] matrix = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        matrix[i][j] = Cholesky.dot(root[i], root[j], n) + (i == j ? 0.1 : 0);
      }
    }
    return matrix;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 63, 64, 65})
  void aFactorSolvesAndInverts(int n) {
    double[][] a = positive(n, RandomKey.of(n).generator());
    double[][] factor = Arrays.stream(a).map(double[]::clone).toArray(double[][]::new);
    assertThat(Cholesky.factor(factor)).isTrue();
    double[] b = new double[n];
    Arrays.setAll(b, i -> i - 3);
    double[] x = b.clone();
    Cholesky.forward(factor, x, n);
    Cholesky.backward(factor, x);
    double[][] inverse = Cholesky.inverse(factor);
    for (int i = 0; i < n; i++) {
      // the condition is below 10 n / 0.1, an error a few roundings times that
      assertThat(Cholesky.dot(a[i], x, n)).isCloseTo(b[i], within(1e-9 * n));
      for (int j = 0; j < n; j++) {
        assertThat(Cholesky.dot(a[i], inverse[j], n)).isCloseTo(i == j ? 1 : 0, within(1e-10 * n));
      }
    }
  }

  @Test
  void aMatrixThatIsNotPositiveIsRefused() {
    assertThat(Cholesky.factor(new double[][] {{1, 2}, {2, 1}})).isFalse();
    assertThat(Cholesky.factor(new double[][] {{Double.NaN}})).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void aValleyIsFollowedToItsEnd(int n) {
    Minimizer.Function rosenbrock =
        (x, gradient) -> {
          Arrays.fill(gradient, 0);
          double sum = (1 - x[0]) * (1 - x[0]);
          gradient[0] = -2 * (1 - x[0]);
          for (int i = 0; i + 1 < x.length; i++) {
            double valley = x[i + 1] - x[i] * x[i];
            sum += 100 * valley * valley;
            gradient[i] += -400 * x[i] * valley;
            gradient[i + 1] += 200 * valley;
          }
          return sum;
        };
    double[] start = new double[n];
    Arrays.fill(start, -0.5);
    Minimizer.Minimum minimum = Minimizer.from(rosenbrock, start, 500, 1e-16);
    for (double one : minimum.x()) {
      assertThat(one).isCloseTo(1, within(1e-4));
    }
  }

  @Test
  void transformedCostsKeepTheirOrderAndLookNormal() {
    RandomGenerator random = RandomKey.of(5).generator();
    double[] costs = new double[200];
    Arrays.setAll(costs, i -> Math.exp(3 * Normal.quantile(random.nextDouble())));
    PowerTransform transform = PowerTransform.fit(costs);
    double[] sorted = costs.clone();
    Arrays.sort(sorted);
    double[] bent = Arrays.stream(sorted).map(transform::apply).toArray();
    for (int i = 1; i < bent.length; i++) {
      assertThat(bent[i]).isGreaterThan(bent[i - 1]);
    }
    double mean = Arrays.stream(bent).average().orElseThrow();
    double third = Arrays.stream(bent).map(y -> y * y * y).average().orElseThrow();
    assertThat(mean).isCloseTo(0, within(1e-9));
    assertThat(Arrays.stream(bent).map(y -> y * y).average().orElseThrow())
        .isCloseTo(1, within(1e-9));
    // the skewness of such costs themselves is above 5
    assertThat(Math.abs(third)).isLessThan(1);
  }

  /** As of a rate that is too high, where the trial ends before its loss is no number. */
  @ParameterizedTest
  @ValueSource(doubles = {1e8, 1e10, 1e30, 1e100, 1e300})
  void costsThatExplodedLeaveTheOthersApart(double exploded) {
    for (int times = 1; times <= 18; times++) {
      double[] costs = new double[6 + times];
      for (int i = 0; i < costs.length; i++) {
        costs[i] = i < 6 ? 0.5 + 0.05 * i : exploded * (1 + i);
      }
      PowerTransform transform = PowerTransform.fit(costs);
      for (int i = 1; i < 6; i++) {
        assertThat(transform.apply(costs[i]) - transform.apply(costs[i - 1]))
            .as("%d exploded, cost %d", times, i)
            .isGreaterThan(0.02);
      }
      assertThat(transform.apply(costs[costs.length - 1]))
          .isFinite()
          .isGreaterThan(transform.apply(costs[5]));
    }
  }

  /** As of trials whose model is empty, which all have the loss of the base rate. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-7, 1e-9, 1e-11})
  void costsOnAPlateauLeaveTheBetterApart(double noise) {
    double[] costs = new double[10];
    for (int i = 0; i < costs.length; i++) {
      costs[i] = i < 2 ? 0.35 + 0.1 * i : 0.6931 + noise * i;
    }
    PowerTransform transform = PowerTransform.fit(costs);
    assertThat(transform.apply(costs[1]) - transform.apply(costs[0])).isGreaterThan(0.02);
    assertThat(transform.apply(costs[2])).isGreaterThan(transform.apply(costs[1]));
  }

  /** As of a search that has converged. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-7, 1e-9, 1e-11})
  void costsNearTheBestLeaveTheWorseApart(double noise) {
    double[] costs = new double[10];
    for (int i = 0; i < costs.length; i++) {
      costs[i] = i < 6 ? 0.35 + noise * i : 0.1 * i;
    }
    PowerTransform transform = PowerTransform.fit(costs);
    for (int i = 7; i < costs.length; i++) {
      assertThat(transform.apply(costs[i]) - transform.apply(costs[i - 1])).isGreaterThan(0.02);
    }
  }

  @Test
  void equalCostsStayFinite() {
    for (double cost : new double[] {0, 1e-300, -7, 1e300}) {
      PowerTransform transform = PowerTransform.fit(new double[] {cost, cost, cost});
      assertThat(transform.apply(cost)).isCloseTo(0, within(1e-9));
    }
  }

  @Test
  void expectedImprovementIsTheIntegralOfTheImprovement() {
    for (double z : new double[] {-12, -8.01, -7.99, -3, -1, 0, 0.5, 4}) {
      double sum = 0;
      double width = 1e-4;
      for (double t = 0.5 * width; t < 12; t += width) {
        sum += width * t * Normal.density(t - z);
      }
      // the series' first neglected term at z = -8 is below 1e-5
      assertThat(ExpectedImprovement.log(z)).isCloseTo(Math.log(sum), within(2e-5));
    }
  }
}

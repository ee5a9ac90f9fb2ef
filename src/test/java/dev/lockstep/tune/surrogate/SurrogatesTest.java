package dev.lockstep.tune.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import dev.lockstep.math.RandomKey;
import dev.lockstep.tune.space.Space;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SurrogatesTest {
  private static double[][] points(int n, int d, long seed) {
    RandomGenerator random = RandomKey.of(seed).generator();
    double[][] points = new double[n][d];
    for (double[] point : points) {
      Arrays.setAll(point, k -> random.nextDouble());
    }
    return points;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 20})
  void theSlopeOfThePosteriorIsItsDifference(int n) {
    double[][] points = points(n, 3, n);
    for (double[] point : points) {
      point[2] = point[2] < 0.5 ? 0.25 : 0.75;
    }
    double[] y = points(1, n, 50)[0];
    LogPosterior posterior = new LogPosterior(points, y, new boolean[] {false, false, true});
    double[] x = {-1, 0.3, 0.2, 0.4, -3};
    double[] slope = new double[x.length];
    posterior.at(x, slope);
    for (int k = 0; k < x.length; k++) {
      double h = 1e-5;
      double[] up = x.clone();
      double[] down = x.clone();
      up[k] += h;
      down[k] -= h;
      double difference =
          (posterior.at(up, new double[x.length]) - posterior.at(down, new double[x.length]))
              / (2 * h);
      assertThat(slope[k]).isCloseTo(difference, within(1e-6 * (1 + Math.abs(difference))));
    }
  }

  private static Observations observations(double[][] points) {
    List<Double> costs = new ArrayList<>();
    for (double[] point : points) {
      costs.add(Math.sin(5 * point[0]) + 2 * point[1] * point[1]);
    }
    return new Observations(List.of(points), costs, List.of());
  }

  @Test
  void aProcessOrdersUnseenPointsAsTheFunctionDoes() {
    Observations seen = observations(points(40, 3, 1));
    GaussianProcess process = GaussianProcess.fit(seen, new boolean[3], RandomKey.of(1));
    double[][] unseen = points(200, 3, 2);
    List<Double> costs = observations(unseen).costs();
    int right = 0;
    int pairs = 0;
    for (int i = 0; i < unseen.length; i++) {
      for (int j = 0; j < i; j++) {
        pairs++;
        boolean lower = process.mean(unseen[i]) < process.mean(unseen[j]);
        right += lower == (costs.get(i) < costs.get(j)) ? 1 : 0;
      }
    }
    assertThat((double) right / pairs).isGreaterThan(0.95);
  }

  /** As of a rate that is too high in half of the space. */
  @ParameterizedTest
  @ValueSource(doubles = {1e4, 1e7, 1e10, 1e100})
  void aProcessTellsGoodPointsApartWhereHalfHaveExploded(double exploded) {
    List<double[]> points = new ArrayList<>();
    List<Double> costs = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      double x = (i + 0.5) / 16;
      points.add(new double[] {x});
      costs.add(x < 0.5 ? 0.5 + (x - 0.2) * (x - 0.2) : exploded * (1 + x));
    }
    GaussianProcess process =
        GaussianProcess.fit(
            new Observations(points, costs, List.of()), new boolean[1], RandomKey.of(1));
    double best = process.mean(new double[] {0.2});
    for (double x : new double[] {0.03, 0.4, 0.6, 0.9}) {
      assertThat(process.mean(new double[] {x})).as("at %s", x).isGreaterThan(best + 0.02);
    }
  }

  @Test
  void aProcessIsSureWhereItSawAndUnsureFarAway() {
    double[][] points = points(30, 2, 3);
    for (double[] point : points) {
      point[0] *= 0.5;
    }
    GaussianProcess process =
        GaussianProcess.fit(observations(points), new boolean[2], RandomKey.of(1));
    double near = process.predict(points[0])[1];
    assertThat(process.predict(new double[] {1, 0.5})[1]).isGreaterThan(10 * near);
    double[] far = {1, 0.5};
    GaussianProcess believer = process.believing(far);
    assertThat(believer.mean(far)).isCloseTo(process.mean(far), within(0.05));
    assertThat(believer.predict(far)[1]).isLessThan(0.1 * process.predict(far)[1]);
  }

  @Test
  void manyObservationsAreFittedByPartAndKeptAll() {
    Observations seen = observations(points(450, 2, 4));
    GaussianProcess process = GaussianProcess.fit(seen, new boolean[2], RandomKey.of(1));
    for (int i = 0; i < 450; i += 50) {
      assertThat(process.predict(seen.points().get(i))[1]).isLessThan(0.01);
    }
  }

  @Test
  void repeatedPointsAndEqualCostsAreNoTrouble() {
    List<double[]> points = new ArrayList<>();
    List<Double> costs = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      points.add(new double[] {0.5, 0.5});
      costs.add(1.0);
    }
    GaussianProcess process =
        GaussianProcess.fit(
            new Observations(points, costs, points), new boolean[2], RandomKey.of(1));
    assertThat(process.mean(new double[] {0.1, 0.9})).isFinite();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 65})
  void aDesignHasOnePointInEachStratum(int n) {
    double[][] design = LatinHypercube.design(n, 3, RandomKey.of(n));
    for (int k = 0; k < 3; k++) {
      int dimension = k;
      assertThat(Arrays.stream(design).mapToInt(point -> (int) (point[dimension] * n)).sorted())
          .containsExactly(IntStream.range(0, n).boxed().toArray(Integer[]::new));
    }
  }

  private static Space space(String text) {
    Document document = Document.read(text, "space.conf", List.of());
    Problems problems = document.problems();
    Space space = Space.read(document, "tune.space", problems).orElseThrow();
    problems.throwIfAny();
    return space;
  }

  @Test
  void aDensityHasTheIntegralOneOverRangesAndCategories() {
    Space space = space("a { uniform = [0, 1] }, b = [x, y, z]");
    List<double[]> seen = List.of(new double[] {0.02, 0.5 / 3}, new double[] {0.7, 2.5 / 3});
    ParzenDensity density = new ParzenDensity(seen, space);
    double sum = 0;
    for (int i = 0; i < 1000; i++) {
      for (int j = 0; j < 3; j++) {
        sum += 1e-3 * Math.exp(density.log(new double[] {(i + 0.5) / 1000, (j + 0.5) / 3}));
      }
    }
    assertThat(sum).isCloseTo(1, within(1e-3));
  }

  @Test
  void aPointToWhichADimensionDoesNotApplySaysNothingOfIt() {
    Space space = space("b = [{ kind = x }, { kind = y, c { uniform = [0, 1] } }]");
    double[] without = {0.25, Space.INACTIVE};
    ParzenDensity density = new ParzenDensity(List.of(without, without, without), space);
    ParzenDensity wide = new ParzenDensity(List.of(), space);
    double[] middle = {0.75, 0.5};
    double[] side = {0.75, 0.1};
    assertThat(density.log(middle) - density.log(side))
        .isCloseTo(wide.log(middle) - wide.log(side), within(1e-12));
  }

  @Test
  void drawsComeFromTheDensity() {
    Space space = space("a { uniform = [0, 1] }, b = [x, y, z]");
    List<double[]> seen = List.of(new double[] {0.02, 0.5 / 3}, new double[] {0.7, 2.5 / 3});
    ParzenDensity density = new ParzenDensity(seen, space);
    int draws = 20_000;
    double[][] share = new double[4][3];
    double[][] expected = new double[4][3];
    for (int i = 0; i < draws; i++) {
      double[] point = space.snapped(density.draw(RandomKey.of(6).child(i)));
      share[(int) Math.min(3, point[0] * 4)][(int) (point[1] * 3)] += 1.0 / draws;
    }
    for (int i = 0; i < 400; i++) {
      for (int j = 0; j < 3; j++) {
        double[] at = {(i + 0.5) / 400, (j + 0.5) / 3};
        expected[i / 100][j] += Math.exp(density.log(at)) / 400;
      }
    }
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 3; j++) {
        // six deviations of a share, and the error of the sum above
        assertThat(share[i][j]).isCloseTo(expected[i][j], within(6 * 0.5 / Math.sqrt(draws)));
      }
    }
  }

  @Test
  void aSearchFindsThePeakOfAMixedSpaceAndNothingExcluded() {
    Space space = space("a { uniform = [0, 1] }, b = [x, y, z], c { int = [1, 9] }");
    double[] peak = {0.37, 1.5 / 3, 6.5 / 9};
    AcquisitionSearch search =
        new AcquisitionSearch(
            point ->
                -Math.abs(point[0] - peak[0])
                    - (point[1] == peak[1] ? 0 : 1)
                    - Math.abs(point[2] - peak[2]),
            space,
            point -> point[2] == peak[2]);
    double[] found = search.highest(List.of(), RandomKey.of(1)).orElseThrow();
    assertThat(found[0]).isCloseTo(peak[0], within(1e-3));
    assertThat(found[1]).isEqualTo(peak[1]);
    assertThat(Math.abs(found[2] - peak[2])).isCloseTo(1.0 / 9, within(1e-9));
    AcquisitionSearch nowhere = new AcquisitionSearch(point -> 0, space, point -> true);
    assertThat(nowhere.highest(List.of(), RandomKey.of(1))).isEmpty();
  }
}

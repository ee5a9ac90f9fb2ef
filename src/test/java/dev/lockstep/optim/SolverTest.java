package dev.lockstep.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.data.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SolverTest {
  private static final int MOST_ROUNDS = 2000;

  /** A finished solve, the points it asked for, and how many rounds it took. */
  private record Solved(Solver.State state, List<double[]> points) {
    int rounds() {
      return points.size();
    }
  }

  private static Solved solve(
      Solver solver, Objective objective, double[] start, double[] l1, double tolerance) {
    Layout layout = Layout.empty().with("weight", true, start.length);
    Solver.State state = solver.start(start, l1, tolerance, layout);
    List<double[]> points = new ArrayList<>();
    double[] gradient = new double[start.length];
    while (!state.done() && points.size() < MOST_ROUNDS) {
      points.add(state.point().clone());
      double value = objective.value(state.point(), gradient);
      solver.tell(state, value, gradient);
    }
    assertThat(state.done()).as("done after %d rounds", points.size()).isTrue();
    return new Solved(state, points);
  }

  private static double[] zeros(int size) {
    return new double[size];
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 63, 64, 65, 1021})
  void bothFindTheMinimumOfAQuadratic(int size) {
    for (Solver solver : List.of(Lbfgs.DEFAULTS, Owlqn.DEFAULTS)) {
      Solved solved =
          solve(solver, Objective.quadratic(size, 100), zeros(size), zeros(size), 1e-14);
      for (int i = 0; i < size; i++) {
        assertThat(solved.state.best()[i]).isCloseTo(i % 5, within(1e-5));
      }
    }
  }

  @Test
  void lbfgsFindsTheBottomOfRosenbrocksValley() {
    Solved solved =
        solve(Lbfgs.DEFAULTS, Objective.rosenbrock(), new double[] {-1.2, 1}, zeros(2), 1e-12);
    assertThat(solved.state.best()).containsExactly(new double[] {1, 1}, within(1e-6));
    var breeze = BreezeReference.lbfgs(Objective.rosenbrock(), new double[] {-1.2, 1}, 1e-12);
    assertThat(breeze.point()).containsExactly(new double[] {1, 1}, within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-3, 0.1})
  void lbfgsFindsBreezesLogisticRegression(double l2) {
    Objective objective = Objective.logistic(500, 20, l2, 5, false);
    Solved solved = solve(Lbfgs.DEFAULTS, objective, zeros(21), zeros(21), 1e-15);
    var breeze = BreezeReference.lbfgs(objective, zeros(21), 1e-15);
    assertThat(solved.state.best()).containsExactly(breeze.point(), within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anIterationTakesLittleMoreThanARound(long seed) {
    Objective objective = Objective.logistic(500, 20, 1e-3, seed, false);
    Solved solved = solve(Lbfgs.DEFAULTS, objective, zeros(21), zeros(21), 1e-10);
    // One round is the start's, two go to the length of the first step, which has no curvature yet.
    int atMost = (int) Math.ceil(1.1 * solved.state.iteration()) + 3;
    assertThat(solved.rounds()).isLessThanOrEqualTo(atMost);
    double[] l1 = new double[21];
    Arrays.fill(l1, 0, 20, 0.01);
    Solved sparse = solve(Owlqn.DEFAULTS, objective, zeros(21), l1, 1e-10);
    atMost = (int) Math.ceil(1.1 * sparse.state.iteration()) + 3;
    assertThat(sparse.rounds()).isLessThanOrEqualTo(atMost);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 0.01, 0.1})
  void owlqnFindsBreezesSparseLogisticRegression(double strength) {
    Objective objective = Objective.logistic(500, 20, 1e-3, 6, false);
    double[] l1 = new double[21];
    for (int i = 0; i < 20; i++) {
      l1[i] = strength * (1 + i % 2);
    }
    Solved solved = solve(Owlqn.DEFAULTS, objective, zeros(21), l1, 1e-13);
    var breeze = BreezeReference.owlqn(objective, zeros(21), l1, 1e-13);
    double[] found = solved.state.best();
    assertThat(found).containsExactly(breeze.point(), within(1e-6));
    long zeros = Arrays.stream(found).filter(w -> w == 0).count();
    assertThat(zeros).isGreaterThan(strength >= 0.01 ? 2 : -1);
  }

  @Test
  void coordinatesThatStayZeroDoNotBendOwlqnsSteps() {
    // All but the intercept are held at 0, yet its gradient changes by far the least.
    Objective objective = Objective.logistic(500, 20, 0, 9, false);
    Objective shifted =
        (x, gradient) -> {
          double pull = x[20] * 30;
          double value = objective.value(x, gradient);
          for (int i = 0; i < 20; i++) {
            value += pull * x[i];
            gradient[i] += pull;
            gradient[20] += 30 * x[i];
          }
          return value;
        };
    double[] l1 = new double[21];
    Arrays.fill(l1, 0, 20, 100);
    Solved solved = solve(Owlqn.DEFAULTS, shifted, zeros(21), l1, 1e-12);
    assertThat(Arrays.copyOf(solved.state.best(), 20)).containsOnly(0);
    double[] gradient = new double[21];
    shifted.value(solved.state.best(), gradient);
    assertThat(gradient[20]).isCloseTo(0, within(1e-7));
    assertThat(solved.rounds()).isLessThan(12);
  }

  @Test
  void owlqnFindsTheSoftThresholdOfASeparableQuadratic() {
    int size = 9;
    double[] l1 = new double[size];
    Arrays.fill(l1, 1.5);
    Solved solved = solve(Owlqn.DEFAULTS, Objective.quadratic(size, 1), zeros(size), l1, 1e-14);
    for (int i = 0; i < size; i++) {
      assertThat(solved.state.best()[i]).isCloseTo(Math.max(0, i % 5 - 1.5), within(1e-6));
    }
  }

  @Test
  void float32ScoresStillGiveCoefficientsToFiveDigits() {
    Objective exact = Objective.logistic(2000, 30, 1e-4, 7, false);
    Objective rounded = Objective.logistic(2000, 30, 1e-4, 7, true);
    double[] l1 = new double[31];
    var reference = BreezeReference.lbfgs(exact, zeros(31), 1e-14);
    for (double tolerance : new double[] {1e-10, 1e-12, 0}) {
      for (Solver solver : List.of(Lbfgs.DEFAULTS, Owlqn.DEFAULTS)) {
        Layout layout = Layout.empty().with("weight", true, 31);
        Solver.State state = solver.start(zeros(31), l1, tolerance, layout);
        double[] gradient = new double[31];
        int rounds = 0;
        while (!state.done() && rounds++ < 300) {
          solver.tell(state, rounded.value(state.point(), gradient), gradient);
        }
        assertThat(state.best()).containsExactly(reference.point(), within(1e-5));
      }
    }
  }

  @Test
  void aSavedAndRestoredSolveGoesOnWithTheSameBits() {
    Objective objective = Objective.logistic(200, 12, 1e-3, 8, false);
    double[] l1 = new double[13];
    Arrays.fill(l1, 0, 12, 0.01);
    Layout layout = Layout.empty().with("weight", true, 13);
    for (Solver solver : List.of(Lbfgs.DEFAULTS, Owlqn.DEFAULTS)) {
      double[] weights = solver.supportsL1() ? l1 : zeros(13);
      Solved whole = solve(solver, objective, zeros(13), weights, 1e-12);
      Solver.State state = solver.start(zeros(13), weights, 1e-12, layout);
      double[] gradient = new double[13];
      for (double[] point : whole.points) {
        assertThat(state.point()).isEqualTo(point);
        solver.tell(state, objective.value(state.point(), gradient), gradient);
        Solver.State restored = solver.restore(state.save(), 1e-12, layout);
        assertThat(restored.iteration()).isEqualTo(state.iteration());
        assertThat(restored.iterationEnded()).isEqualTo(state.iterationEnded());
        Arrays.fill(state.point(), Double.NaN);
        Arrays.fill(gradient, Double.NaN);
        state = restored;
      }
      assertThat(state.done()).isTrue();
      assertThat(state.reason()).isEqualTo(whole.state.reason());
      assertThat(state.best()).isEqualTo(whole.state.best());
    }
  }

  @Test
  void anInfiniteTrialIsSteppedBackFrom() {
    // -log(1 - x) is infinite from 1 on; with a strong pull to the right the first step goes there.
    Objective barrier =
        (x, gradient) -> {
          gradient[0] = 1 / (1 - x[0]) - 10;
          return x[0] >= 1 ? Double.POSITIVE_INFINITY : -Math.log(1 - x[0]) - 10 * x[0];
        };
    for (Solver solver : List.of(Lbfgs.DEFAULTS, Owlqn.DEFAULTS)) {
      Solved solved = solve(solver, barrier, zeros(1), zeros(1), 1e-14);
      assertThat(solved.state.best()[0]).isCloseTo(0.9, within(1e-6));
    }
  }

  @Test
  void aHingeEndsAtItsKinkWithAReason() {
    Objective kinks =
        (x, gradient) -> {
          double sum = 0;
          for (int i = 0; i < x.length; i++) {
            gradient[i] = Math.signum(x[i] - i) + 0.1 * x[i];
            sum += Math.abs(x[i] - i) + 0.05 * x[i] * x[i];
          }
          return sum;
        };
    Solved solved = solve(Lbfgs.DEFAULTS, kinks, zeros(4), zeros(4), 1e-10);
    for (int i = 0; i < 4; i++) {
      assertThat(solved.state.best()[i]).isCloseTo(i, within(0.05));
    }
  }

  @Test
  void aStartThatIsNotFiniteIsAReasonNotAnException() {
    Solver.State state = Lbfgs.DEFAULTS.start(zeros(1), zeros(1), 0, Layout.empty());
    Lbfgs.DEFAULTS.tell(state, Double.NaN, new double[1]);
    assertThat(state.done()).isTrue();
    assertThat(state.reason()).contains("not finite");
  }

  @Test
  void aStartAtTheMinimumIsDoneAtOnce() {
    Solver.State state = Lbfgs.DEFAULTS.start(zeros(3), zeros(3), 0, Layout.empty());
    Lbfgs.DEFAULTS.tell(state, 1, new double[3]);
    assertThat(state.done()).isTrue();
    assertThat(state.point()).containsOnly(0);
  }

  @Test
  void lbfgsRefusesL1() {
    assertThatThrownBy(() -> Lbfgs.DEFAULTS.start(zeros(1), new double[] {0.5}, 0, Layout.empty()))
        .hasMessageContaining("0.5");
  }
}

package dev.lockstep.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.optim.Duration.Unit;
import dev.lockstep.optim.Schedule.Progress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulesTest {
  private static final Duration NONE = Duration.NONE;
  private static final Duration EPOCH = new Duration(1, Unit.EPOCHS);

  private static Progress at(long step, long steps) {
    return new Progress(step, steps, 10, new double[0]);
  }

  private static double[] factors(Schedule schedule, int steps) {
    double[] factors = new double[steps];
    for (int s = 0; s < steps; s++) {
      factors[s] = schedule.rateFactor(at(s, steps));
    }
    return factors;
  }

  static Stream<Schedule> defaults() {
    return Schedules.REGISTRY.kinds().keySet().stream().map(Schedules.REGISTRY::defaults);
  }

  @ParameterizedTest
  @MethodSource("defaults")
  void everyFactorIsBetweenZeroAndOneHoweverShortTheTraining(Schedule schedule) {
    for (int steps : new int[] {1, 2, 3, 10, 97}) {
      for (double factor : factors(schedule, steps)) {
        assertThat(factor).isPositive().isLessThanOrEqualTo(1);
      }
    }
  }

  @Test
  void constantIsOne() {
    assertThat(factors(Constant.DEFAULTS, 5)).containsOnly(1);
  }

  @Test
  void linearGoesFromItsStartToItsEndAndStays() {
    Linear line = new Linear(NONE, 0, 1, 0.2, new Duration(4, Unit.STEPS));
    assertThat(factors(line, 6))
        .containsExactly(new double[] {1, 0.8, 0.6, 0.4, 0.2, 0.2}, within(1e-15));
  }

  @Test
  void polynomialIsPyTorchs() {
    Polynomial square = new Polynomial(NONE, 0, 2, 0, Duration.WHOLE);
    assertThat(factors(square, 4))
        .containsExactly(new double[] {1, 0.5625, 0.25, 0.0625}, within(1e-15));
  }

  @Test
  void exponentialIsSmoothOrAStaircase() {
    assertThat(new Exponential(NONE, 0, 0.5, EPOCH, false).factor(at(5, 100)))
        .isCloseTo(Math.sqrt(0.5), within(1e-15));
    assertThat(new Exponential(NONE, 0, 0.5, EPOCH, true).factor(at(29, 100))).isEqualTo(0.25);
  }

  @Test
  void inverseTimeFallsWithThePowerOfTime() {
    assertThat(new InverseTime(NONE, 0, 0.5, 1, EPOCH).factor(at(20, 100))).isEqualTo(0.5);
    assertThat(new InverseTime(NONE, 0, 0.3, 0.5, EPOCH).factor(at(100, 200)))
        .isCloseTo(0.5, within(1e-15));
  }

  @Test
  void stepFallsAtMilestonesOrAtEqualDistances() {
    List<Duration> milestones =
        List.of(new Duration(50, Unit.PERCENT), new Duration(8, Unit.STEPS));
    Steps stones = new Steps(NONE, 0, 0.1, milestones, Optional.empty());
    assertThat(stones.factor(at(4, 10))).isEqualTo(1);
    assertThat(stones.factor(at(5, 10))).isEqualTo(0.1);
    assertThat(stones.factor(at(8, 10))).isCloseTo(0.01, within(1e-15));
    Steps even = new Steps(NONE, 0, 0.5, List.of(), Optional.of(EPOCH));
    assertThat(even.factor(at(9, 100))).isEqualTo(1);
    assertThat(even.factor(at(35, 100))).isEqualTo(0.125);
  }

  @Test
  void cosineFallsFromOneToItsLowest() {
    Cosine cosine = new Cosine(NONE, 0, 0.1, Optional.empty(), 1);
    assertThat(cosine.factor(at(0, 100))).isEqualTo(1);
    assertThat(cosine.factor(at(50, 100))).isCloseTo(0.55, within(1e-12));
    assertThat(cosine.factor(at(100, 100))).isCloseTo(0.1, within(1e-12));
  }

  @Test
  void cosineRestartsAfterEachPeriod() {
    Cosine restarts = new Cosine(NONE, 0, 0, Optional.of(EPOCH), 2);
    for (long start : new long[] {0, 10, 30, 70}) {
      assertThat(restarts.factor(at(start, 1000))).isEqualTo(1);
    }
    assertThat(restarts.factor(at(20, 1000))).isCloseTo(0.5, within(1e-12));
    assertThat(restarts.factor(at(50, 1000))).isCloseTo(0.5, within(1e-12));
    Cosine even = new Cosine(NONE, 0, 0, Optional.of(EPOCH), 1);
    assertThat(even.factor(at(45, 1000))).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void oneCycleIsPyTorchs() {
    // torch.optim.lr_scheduler.OneCycleLR: phases end at 0.3 * 100 - 1 = 29 and 99.
    double[] factors = factors(OneCycle.DEFAULTS, 100);
    assertThat(factors[0]).isCloseTo(0.04, within(1e-15));
    assertThat(factors[29]).isCloseTo(1, within(1e-15));
    assertThat(factors[99]).isCloseTo(0.04 / 1e4, within(1e-15));
    assertThat(factors[64]).isCloseTo((1 + 4e-6) / 2, within(1e-12));
  }

  @Test
  void plateauReducesAfterPatienceAndCoolsDown() {
    Plateau plateau = new Plateau(NONE, 0, 0.5, 1, 0.01, 2, 0.2);
    double[] state = {};
    double[] metrics = {1, 0.995, 0.994, 0.993, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9};
    double[] expected = {1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25};
    for (int epoch = 0; epoch < metrics.length; epoch++) {
      state = plateau.observe(metrics[epoch], state);
      assertThat(plateau.factor(new Progress(0, 1, 1, state)))
          .as("after epoch %d", epoch)
          .isEqualTo(expected[epoch]);
    }
    for (int epoch = 0; epoch < 20; epoch++) {
      state = plateau.observe(Double.NaN, state);
    }
    assertThat(plateau.factor(new Progress(0, 1, 1, state))).isEqualTo(0.2);
  }

  @Test
  void plateauTakesNegativeMetricsAsLowerIsBetter() {
    Plateau plateau = new Plateau(NONE, 0, 0.5, 0, 0.01, 0, 0);
    double[] state = plateau.observe(-0.5, new double[0]);
    assertThat(plateau.factor(new Progress(0, 1, 1, plateau.observe(-0.6, state)))).isEqualTo(1);
    assertThat(plateau.factor(new Progress(0, 1, 1, plateau.observe(-0.499, state))))
        .isEqualTo(0.5);
  }

  @Test
  void warmupRisesInOneLineToTheSchedulesFirstStep() {
    Linear line = new Linear(new Duration(4, Unit.STEPS), 0, 1, 0, Duration.WHOLE);
    assertThat(factors(line, 9))
        .containsExactly(new double[] {0.2, 0.4, 0.6, 0.8, 1, 0.8, 0.6, 0.4, 0.2}, within(1e-15));
    Constant from = new Constant(new Duration(10, Unit.PERCENT), 0.5);
    assertThat(from.rateFactor(at(0, 10))).isEqualTo(0.75);
    assertThat(from.rateFactor(at(1, 10))).isEqualTo(1);
    Constant epoch = new Constant(EPOCH, 0);
    assertThat(epoch.rateFactor(at(9, 100))).isCloseTo(10 / 11.0, within(1e-15));
    assertThat(epoch.rateFactor(at(10, 100))).isEqualTo(1);
  }

  @Test
  void aWarmupAsLongAsTheTrainingRisesTowardsTheFirstFactorToo() {
    Duration all = new Duration(20, Unit.STEPS);
    OneCycle cycle = new OneCycle(all, 0, 0.3, 25, 1e4);
    assertThat(cycle.rateFactor(at(9, 10))).isCloseTo(10 / 11.0 / 25, within(1e-12));
    List<Duration> milestones = List.of(new Duration(50, Unit.PERCENT));
    Steps steps = new Steps(all, 0, 0.1, milestones, Optional.empty());
    assertThat(steps.rateFactor(at(9, 10))).isCloseTo(10 / 11.0, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({
    "100 steps, 100, STEPS",
    "1 step, 1, STEPS",
    "25, 25, STEPS",
    "5 %, 5, PERCENT",
    "5%, 5, PERCENT",
    "2.5 percent, 2.5, PERCENT",
    "1 epoch, 1, EPOCHS",
    "0.5 epochs, 0.5, EPOCHS",
    "none, 0, STEPS"
  })
  void durationsAreReadAndWritten(String text, double amount, Unit unit) {
    Duration duration = new Duration(amount, unit);
    assertThat(Duration.parse(text)).isEqualTo(duration);
    assertThat(Duration.parse(duration.toString())).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5 minutes", "-1 steps", "1.5 steps", "101 %", "steps", "1e999 epochs"})
  void otherDurationsAreRefused(String text) {
    assertThatThrownBy(() -> Duration.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be");
  }

  @Test
  void illegalSchedulesAreRefusedByNameAndValue() {
    assertThatThrownBy(() -> new Constant(NONE, 2))
        .hasMessageContaining("warmup_start")
        .hasMessageContaining("2");
    assertThatThrownBy(() -> new Exponential(NONE, 0, 1.5, EPOCH, false))
        .hasMessageContaining("gamma must be above 0 and at most 1, is 1.5");
    assertThatThrownBy(() -> new Cosine(NONE, 0, 0, Optional.empty(), 2))
        .hasMessageContaining("t_mult 2 has no effect without t0");
    assertThatThrownBy(() -> new Steps(NONE, 0, 0.1, List.of(EPOCH), Optional.of(EPOCH)))
        .hasMessageContaining("write one of them");
    assertThatThrownBy(() -> new Plateau(NONE, 0, 0.1, -1, 0, 0, 0))
        .hasMessageContaining("patience must be 0 or above, is -1");
  }
}

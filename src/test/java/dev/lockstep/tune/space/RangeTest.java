package dev.lockstep.tune.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.math.RandomKey;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One table over all distributions, with and without steps. */
class RangeTest {
  private static final int DRAWS = 20_000;

  static Stream<Range> ranges() {
    return Stream.of(Distribution.values()).flatMap(one -> examples(one).stream());
  }

  private static List<Range> examples(Distribution distribution) {
    return switch (distribution) {
      case UNIFORM -> List.of(range(distribution, -5, 10), range(distribution, 0.1, 0.7, 0.2));
      case LOG_UNIFORM ->
          List.of(range(distribution, 1e-5, 1e-2), range(distribution, 1e-4, 1e-1, 10));
      case NORMAL -> List.of(range(distribution, 2, 0.5), range(distribution, 1, 2, 0.5));
      case INT -> List.of(range(distribution, -3, 4), range(distribution, 16, 128, 16));
      case INT_LOG -> List.of(range(distribution, 1, 100), range(distribution, 8, 1024, 2));
    };
  }

  private static Range range(Distribution distribution, double first, double second) {
    return new Range(distribution, first, second, OptionalDouble.empty());
  }

  private static Range range(Distribution distribution, double first, double second, double step) {
    return new Range(distribution, first, second, OptionalDouble.of(step));
  }

  @ParameterizedTest
  @MethodSource("ranges")
  void aDrawnValueLiesInTheRangeAndKeepsItsPlace(Range range) {
    double low = ((Number) range.samples().get(0)).doubleValue();
    double high = ((Number) range.samples().get(1)).doubleValue();
    for (int i = 0; i < DRAWS; i++) {
      double unit = RandomKey.of(1).uniform(i);
      Object value = range.at(unit);
      assertThat(((Number) value).doubleValue()).isBetween(low, high);
      double place = range.unit(value).orElseThrow();
      assertThat(range.at(place)).isEqualTo(value);
      // six digits of the value; the longest range here is 15 wide about 0
      assertThat(place).isCloseTo(range.snap(unit), within(1e-5));
    }
  }

  @ParameterizedTest
  @MethodSource("ranges")
  void placesRiseWithValuesAndValuesOutsideTakeTheNearestEnd(Range range) {
    double before = Double.NEGATIVE_INFINITY;
    for (int i = 0; i <= 1000; i++) {
      double value = ((Number) range.at(i / 1000.0)).doubleValue();
      assertThat(value).isGreaterThanOrEqualTo(before);
      before = value;
    }
    assertThat(range.at(range.unit(-1e9).orElseThrow())).isEqualTo(range.samples().get(0));
    assertThat(range.at(range.unit(1e9).orElseThrow())).isEqualTo(range.samples().get(1));
    assertThat(range.unit("text")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("ranges")
  void aFiniteRangeHasAsManyValuesAsItSays(Range range) {
    if (range.size().isEmpty()) {
      assertThat(range.step()).isEmpty();
      return;
    }
    Set<Object> drawn = new HashSet<>();
    for (int i = 0; i < DRAWS; i++) {
      drawn.add(range.at(RandomKey.of(2).uniform(i)));
    }
    Set<Object> listed = new HashSet<>();
    for (long i = 0; i < range.size().getAsLong(); i++) {
      listed.add(range.value(i));
    }
    assertThat(listed).hasSize((int) range.size().getAsLong()).isEqualTo(drawn);
  }

  @Test
  void drawsFollowTheirDistribution() {
    // half the draws below the middle of each law: 6 standard deviations of a share of one half
    double six = 6 * 0.5 / Math.sqrt(DRAWS);
    assertThat(below(range(Distribution.UNIFORM, -5, 10), 2.5)).isCloseTo(0.5, within(six));
    assertThat(below(range(Distribution.LOG_UNIFORM, 1e-4, 1), 1e-2)).isCloseTo(0.5, within(six));
    assertThat(below(range(Distribution.NORMAL, 2, 0.5), 2)).isCloseTo(0.5, within(six));
    assertThat(below(range(Distribution.NORMAL, 2, 0.5), 2.5)).isCloseTo(0.8422, within(six));
    assertThat(below(range(Distribution.INT, 0, 9), 4.5)).isCloseTo(0.5, within(six));
    assertThat(below(range(Distribution.INT_LOG, 1, 99), 6.5)).isCloseTo(0.4894, within(six));
  }

  private static double below(Range range, double limit) {
    int count = 0;
    for (int i = 0; i < DRAWS; i++) {
      if (((Number) range.at(RandomKey.of(3).uniform(i))).doubleValue() < limit) {
        count++;
      }
    }
    return (double) count / DRAWS;
  }

  @Test
  void steppedValuesAreThoseThatAUserWouldWrite() {
    assertThat(values(range(Distribution.UNIFORM, 0.1, 0.7, 0.2)))
        .containsExactly(0.1, 0.3, 0.5, 0.7);
    assertThat(values(range(Distribution.LOG_UNIFORM, 1e-4, 1e-1, 10)))
        .containsExactly(1e-4, 1e-3, 1e-2, 1e-1);
    assertThat(values(range(Distribution.NORMAL, 0, 1, 1.5)))
        .containsExactly(-3.0, -1.5, 0.0, 1.5, 3.0);
    assertThat(values(range(Distribution.INT, 2, 8, 3))).containsExactly(2L, 5L, 8L);
    assertThat(values(range(Distribution.INT_LOG, 8, 64, 2))).containsExactly(8L, 16L, 32L, 64L);
  }

  private static List<Object> values(Range range) {
    return Stream.iterate(0L, i -> i + 1)
        .limit(range.size().orElseThrow())
        .map(range::value)
        .toList();
  }
}

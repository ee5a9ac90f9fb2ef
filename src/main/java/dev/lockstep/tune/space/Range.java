package dev.lockstep.tune.space;

import dev.lockstep.math.Elementary;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Numbers between two ends. Values of continuous ranges are rounded to six significant digits, so
 * that a configuration can be read and typed again.
 *
 * @param distribution how they are spread
 * @param first the lower end, or the mean
 * @param second the upper end, or the standard deviation
 * @param step from one value to the next, a factor where it is logarithmic; empty for a continuous
 *     range and for all whole numbers
 */
public record Range(Distribution distribution, double first, double second, OptionalDouble step)
    implements Domain {
  /** Where a normal distribution is cut off on both sides, in standard deviations. */
  public static final double DEVIATIONS = 3;

  private static final MathContext SHOWN = new MathContext(6);
  private static final MathContext STEPPED = new MathContext(12);
  private static final double FITS = 1e-9;
  private static final double LARGEST_WHOLE = 0x1p53;
  private static final double CUT = Normal.cumulative(-DEVIATIONS);

  /**
   * Checks the ends and the step.
   *
   * @throws IllegalArgumentException with everything that {@link #faults} finds
   */
  public Range {
    List<String> faults = faults(distribution, first, second, step);
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults));
    }
  }

  /** What is wrong with a range, predicates for a message; empty if nothing. */
  static List<String> faults(
      Distribution distribution, double first, double second, OptionalDouble step) {
    List<String> faults = new ArrayList<>();
    String ends = "[" + text(first) + ", " + text(second) + "]";
    if (!Double.isFinite(first) || !Double.isFinite(second)) {
      return List.of("must be finite, is " + ends);
    }
    if (distribution == Distribution.NORMAL) {
      if (second <= 0) {
        faults.add("must be [mean, deviation] with a deviation above 0, is " + ends);
      }
    } else if (first >= second) {
      faults.add(
          (first == second ? "is empty" : "is inverted")
              + ": the first must be below the"
              + " second, is "
              + ends);
    }
    if (distribution.logarithmic() && first <= 0) {
      faults.add("must be above 0 for a logarithm, is " + ends);
    }
    if (distribution.whole() && !(whole(first) && whole(second))) {
      faults.add("must be whole numbers, is " + ends);
    }
    if (faults.isEmpty() && step.isPresent()) {
      stepFaults(distribution, first, second, step.getAsDouble(), faults);
    }
    return faults;
  }

  private static void stepFaults(
      Distribution distribution, double first, double second, double step, List<String> faults) {
    String given = ", step is " + text(step);
    if (distribution.logarithmic()) {
      if (!(step > 1 && step < Double.POSITIVE_INFINITY)) {
        faults.add("must have a step above 1, for it is a factor" + given);
      } else if (misfits(Elementary.log(second / first) / Elementary.log(step))) {
        faults.add("must be a whole number of steps, each a factor" + given);
      } else if (distribution.whole() && repeats(first, second, step)) {
        faults.add("must have a step that gives different whole numbers" + given);
      }
    } else if (!(step > 0 && step < Double.POSITIVE_INFINITY)) {
      faults.add("must have a step above 0" + given);
    } else if (distribution.whole() && !whole(step)) {
      faults.add("must have a whole number as step" + given);
    } else if (distribution == Distribution.NORMAL) {
      if (step > DEVIATIONS * second) {
        faults.add("must have a step of at most 3 deviations" + given);
      }
    } else if (misfits((second - first) / step)) {
      faults.add("must be a whole number of steps" + given);
    }
  }

  private static boolean misfits(double steps) {
    return Math.rint(steps) < 1 || Math.abs(steps - Math.rint(steps)) > FITS * Math.max(1, steps);
  }

  private static boolean repeats(double first, double second, double factor) {
    Set<Long> seen = new HashSet<>();
    long steps = Math.round(Elementary.log(second / first) / Elementary.log(factor));
    for (long i = 0; i <= steps; i++) {
      if (!seen.add(Math.round(power(first, factor, i)))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public OptionalLong size() {
    if (distribution.whole() && !(distribution.logarithmic() && step.isPresent())) {
      return OptionalLong.of(Math.round((second - first) / step.orElse(1)) + 1);
    }
    if (step.isEmpty()) {
      return OptionalLong.empty();
    }
    double by = step.getAsDouble();
    return OptionalLong.of(
        switch (distribution) {
          case UNIFORM, INT -> Math.round((second - first) / by) + 1;
          case LOG_UNIFORM, INT_LOG ->
              Math.round(Elementary.log(second / first) / Elementary.log(by)) + 1;
          case NORMAL -> 2 * normalSteps() + 1;
        });
  }

  @Override
  public Object value(long index) {
    double by = step.orElse(1);
    return switch (distribution) {
      case UNIFORM -> added(first, by, index);
      case LOG_UNIFORM -> power(first, by, index);
      case NORMAL -> added(first, by, index - normalSteps());
      case INT -> Math.round(first) + index * Math.round(by);
      case INT_LOG ->
          step.isPresent() ? Math.round(power(first, by, index)) : Math.round(first) + index;
    };
  }

  @Override
  public Object at(double unit) {
    double u = Math.min(1, Math.max(0, unit));
    if (evenCells()) {
      return value(cell(u));
    }
    return switch (distribution) {
      case UNIFORM, INT -> shown(first + u * (second - first), first, second);
      case LOG_UNIFORM -> shown(between(first, second, u), first, second);
      case INT_LOG -> {
        long value = Math.round(between(first - 0.5, second + 0.5, u));
        yield Math.min(Math.round(second), Math.max(Math.round(first), value));
      }
      case NORMAL -> {
        double x = first + second * Normal.quantile(CUT + u * (1 - 2 * CUT));
        yield step.isPresent()
            ? value(normalSteps() + Math.round((x - first) / step.getAsDouble()))
            : shown(x, low(), high());
      }
    };
  }

  @Override
  public double snap(double unit) {
    if (evenCells()) {
      return (cell(unit) + 0.5) / size().getAsLong();
    }
    return size().isPresent() ? unit(at(unit)).getAsDouble() : Math.min(1, Math.max(0, unit));
  }

  @Override
  public OptionalDouble unit(Object value) {
    if (!(value instanceof Number number)) {
      return OptionalDouble.empty();
    }
    double x = Math.min(high(), Math.max(low(), number.doubleValue()));
    double by = step.orElse(1);
    double place =
        switch (distribution) {
          case UNIFORM, INT -> (x - first) / (evenCells() ? by : second - first);
          case LOG_UNIFORM, INT_LOG ->
              evenCells()
                  ? Elementary.log(x / first) / Elementary.log(by)
                  : distribution.whole()
                      ? part(first - 0.5, second + 0.5, x)
                      : part(first, second, x);
          case NORMAL -> (Normal.cumulative((x - first) / second) - CUT) / (1 - 2 * CUT);
        };
    double unit = evenCells() ? (place + 0.5) / size().getAsLong() : place;
    return OptionalDouble.of(Math.min(1, Math.max(0, unit)));
  }

  @Override
  public boolean contains(Object value) {
    return value instanceof Number number
        && number.doubleValue() >= low()
        && number.doubleValue() <= high()
        && (size().isEmpty() || Listed.same(at(unit(value).getAsDouble()), value));
  }

  @Override
  public boolean categorical() {
    return false;
  }

  @Override
  public List<Object> samples() {
    return size().isPresent()
        ? List.of(value(0), value(size().getAsLong() - 1))
        : List.of(at(0), at(1));
  }

  /** The lowest value. */
  double low() {
    if (distribution != Distribution.NORMAL) {
      return first;
    }
    return first - (step.isPresent() ? normalSteps() * step.getAsDouble() : DEVIATIONS * second);
  }

  /** The highest value. */
  double high() {
    return distribution == Distribution.NORMAL ? 2 * first - low() : second;
  }

  /** Whether all cells have the width 1 / size. */
  private boolean evenCells() {
    return distribution == Distribution.INT
        || (step.isPresent() && distribution != Distribution.NORMAL);
  }

  private long cell(double unit) {
    long cells = size().getAsLong();
    return Math.min(cells - 1, Math.max(0, (long) Math.floor(unit * cells)));
  }

  private long normalSteps() {
    return (long) Math.floor(DEVIATIONS * second / step.getAsDouble() * (1 + FITS));
  }

  private static double between(double low, double high, double part) {
    double logLow = Elementary.log(low);
    return Elementary.exp(logLow + part * (Elementary.log(high) - logLow));
  }

  private static double part(double low, double high, double x) {
    double logLow = Elementary.log(low);
    return (Elementary.log(x) - logLow) / (Elementary.log(high) - logLow);
  }

  private static double added(double start, double step, long times) {
    return BigDecimal.valueOf(start)
        .add(BigDecimal.valueOf(step).multiply(BigDecimal.valueOf(times)))
        .doubleValue();
  }

  private static double power(double start, double factor, long times) {
    return BigDecimal.valueOf(start)
        .multiply(BigDecimal.valueOf(factor).pow(Math.toIntExact(times), MathContext.DECIMAL64))
        .round(STEPPED)
        .doubleValue();
  }

  private static double shown(double value, double low, double high) {
    double rounded = new BigDecimal(value).round(SHOWN).doubleValue();
    return Math.min(high, Math.max(low, rounded));
  }

  private static boolean whole(double value) {
    return value == Math.rint(value) && Math.abs(value) <= LARGEST_WHOLE;
  }

  private static String text(double value) {
    return whole(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}

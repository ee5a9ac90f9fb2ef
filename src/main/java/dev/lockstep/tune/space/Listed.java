package dev.lockstep.tune.space;

import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * A list of values. Numbers are ordinal: their places follow their ranks, so that [0.001, 0.01,
 * 0.1] is even whatever its scale. Everything else is a category.
 *
 * @param values at least one, all different, in the run file's order; objects stand as maps
 */
public record Listed(List<Object> values) implements Domain {
  /** Takes canonical values. */
  public Listed {
    values = values.stream().map(Configuration::canonical).toList();
    if (values.isEmpty()) {
      throw new IllegalArgumentException("values must not be empty");
    }
  }

  @Override
  public OptionalLong size() {
    return OptionalLong.of(values.size());
  }

  @Override
  public Object value(long index) {
    return values.get(Math.toIntExact(index));
  }

  @Override
  public Object at(double unit) {
    return values.get(index(unit));
  }

  /** The number, in the run file's order, of the value that a place stands for. */
  public int index(double unit) {
    int cell = (int) Math.min(values.size() - 1, Math.max(0, Math.floor(unit * values.size())));
    return categorical() ? cell : ranked()[cell];
  }

  /** The place of the value with a number in the run file's order. */
  double unit(int index) {
    int cell = index;
    if (!categorical()) {
      int[] ranked = ranked();
      cell =
          IntStream.range(0, ranked.length).filter(i -> ranked[i] == index).findFirst().orElse(0);
    }
    return (cell + 0.5) / values.size();
  }

  @Override
  public double snap(double unit) {
    double cell = Math.min(values.size() - 1, Math.max(0, Math.floor(unit * values.size())));
    return (cell + 0.5) / values.size();
  }

  @Override
  public OptionalDouble unit(Object value) {
    for (int i = 0; i < values.size(); i++) {
      if (same(values.get(i), value)) {
        return OptionalDouble.of(unit(i));
      }
    }
    return categorical() || !(value instanceof Number number)
        ? OptionalDouble.empty()
        : OptionalDouble.of(between(number.doubleValue()));
  }

  @Override
  public boolean contains(Object value) {
    return values.stream().anyMatch(own -> same(own, value));
  }

  /** The place of a number that is no member: between those of its neighbours. */
  private double between(double number) {
    int[] ranked = ranked();
    int above = 0;
    while (above < ranked.length && number(ranked[above]) < number) {
      above++;
    }
    if (above == 0 || above == ranked.length) {
      return (Math.min(above, ranked.length - 1) + 0.5) / ranked.length;
    }
    double low = number(ranked[above - 1]);
    double part = (number - low) / (number(ranked[above]) - low);
    return (above - 0.5 + part) / ranked.length;
  }

  @Override
  public boolean categorical() {
    return !values.stream().allMatch(Number.class::isInstance);
  }

  @Override
  public List<Object> samples() {
    return values;
  }

  /** Whether two values are equal, 1 and 1.0 too. */
  static boolean same(Object a, Object b) {
    boolean numbers = a instanceof Number && b instanceof Number;
    return numbers ? ((Number) a).doubleValue() == ((Number) b).doubleValue() : a.equals(b);
  }

  private double number(int index) {
    return ((Number) values.get(index)).doubleValue();
  }

  private int[] ranked() {
    return IntStream.range(0, values.size())
        .boxed()
        .sorted(Comparator.comparingDouble(this::number))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}

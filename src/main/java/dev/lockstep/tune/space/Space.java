package dev.lockstep.tune.space;

import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import dev.lockstep.math.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Everything that a search may vary. A point is {@code double[dimensions]}, each in [0, 1], {@link
 * #INACTIVE} where the dimension does not apply. Immutable.
 */
public final class Space {
  /** The place of a dimension that does not apply. */
  public static final double INACTIVE = 0.5;

  /** Nothing varies. */
  public static final Space EMPTY = new Space(new Node.Branch(new TreeMap<>()), List.of());

  private final Node.Branch root;
  private final List<Dimension> dimensions;

  Space(Node.Branch root, List<Dimension> dimensions) {
    this.root = root;
    this.dimensions = List.copyOf(dimensions);
  }

  /**
   * The space of a document: a list, a distribution or a fixed value by path; a path may be quoted
   * or nested. A list of objects makes their inner lists and distributions conditional on them.
   *
   * @param at where the document stands in the run file, such as {@code tune.space}
   * @return empty only if problems were added
   */
  public static Optional<Space> read(Document space, String at, Problems problems) {
    return new SpaceReader(problems).read(space.values(), at);
  }

  /** What varies, in alphabetical order of the paths; conditional ones after what they hang on. */
  public List<Dimension> dimensions() {
    return dimensions;
  }

  /** How many configurations there are, at most {@code Long.MAX_VALUE}; empty if continuous. */
  public OptionalLong size() {
    return size(root);
  }

  private OptionalLong size(Node node) {
    if (node instanceof Node.Branch branch) {
      long product = 1;
      for (Node child : branch.children().values()) {
        OptionalLong size = size(child);
        if (size.isEmpty()) {
          return size;
        }
        long high = Math.multiplyHigh(product, size.getAsLong());
        product =
            high != 0 || product * size.getAsLong() < 0
                ? Long.MAX_VALUE
                : product * size.getAsLong();
      }
      return OptionalLong.of(product);
    }
    if (!(node instanceof Node.Draw draw)) {
      return OptionalLong.of(1);
    }
    if (draw.options().isEmpty()) {
      return dimensions.get(draw.dimension()).domain().size();
    }
    long sum = 0;
    for (Node option : draw.options()) {
      OptionalLong size = size(option);
      if (size.isEmpty()) {
        return size;
      }
      sum = size.getAsLong() > Long.MAX_VALUE - sum ? Long.MAX_VALUE : sum + size.getAsLong();
    }
    return OptionalLong.of(sum);
  }

  /** The configuration of a point. */
  @SuppressWarnings("unchecked")
  public Configuration configuration(double[] point) {
    return new Configuration((Map<String, Object>) build(root, point));
  }

  private Object build(Node node, double[] point) {
    if (node instanceof Node.Branch branch) {
      Map<String, Object> object = new TreeMap<>();
      branch.children().forEach((key, child) -> object.put(key, build(child, point)));
      return object;
    }
    if (node instanceof Node.Draw draw) {
      double unit = point[draw.dimension()];
      return draw.options().isEmpty()
          ? dimensions.get(draw.dimension()).domain().at(unit)
          : build(draw.options().get(listed(draw).index(unit)), point);
    }
    return ((Node.Fixed) node).value();
  }

  /**
   * The point of a configuration; numbers beside the space's own take the nearest place. Of objects
   * that differ in their ranges alone it is the first that has the numbers as its own. Empty if it
   * leaves something out that the space varies, or has another object or category.
   */
  public Optional<double[]> point(Configuration configuration) {
    double[] point = new double[dimensions.size()];
    Arrays.fill(point, INACTIVE);
    for (Map.Entry<String, Node> child : root.children().entrySet()) {
      Object value = configuration.values().get(child.getKey());
      if (value == null && child.getValue() instanceof Node.Fixed) {
        continue;
      }
      if (value == null || !matches(child.getValue(), value, false, point)) {
        return Optional.empty();
      }
    }
    return Optional.of(point);
  }

  /**
   * Whether a value is one of a node's.
   *
   * @param strictly whether numbers must be the space's own
   * @param point written where it is
   */
  private boolean matches(Node node, Object value, boolean strictly, double[] point) {
    if (node instanceof Node.Fixed fixed) {
      return Listed.same(fixed.value(), value);
    }
    if (node instanceof Node.Branch branch) {
      return value instanceof Map<?, ?> map
          && map.keySet().equals(branch.children().keySet())
          && branch.children().entrySet().stream()
              .allMatch(
                  child -> matches(child.getValue(), map.get(child.getKey()), strictly, point));
    }
    Node.Draw draw = (Node.Draw) node;
    if (isOption(draw, value, true, point) || (!strictly && isOption(draw, value, false, point))) {
      return true;
    }
    Domain domain = dimensions.get(draw.dimension()).domain();
    if (value instanceof Map || (strictly && !domain.contains(value))) {
      return false;
    }
    OptionalDouble unit = domain.unit(value);
    unit.ifPresent(place -> point[draw.dimension()] = place);
    return unit.isPresent();
  }

  /** Whether a value is one of the objects, or members, of a list. */
  private boolean isOption(Node.Draw draw, Object value, boolean strictly, double[] point) {
    for (int i = 0; i < draw.options().size(); i++) {
      double[] tried = point.clone();
      if (matches(draw.options().get(i), value, strictly, tried)) {
        System.arraycopy(tried, 0, point, 0, point.length);
        point[draw.dimension()] = listed(draw).unit(i);
        return true;
      }
    }
    return false;
  }

  /** The point with every finite dimension in the middle of its cell and the rest inactive. */
  public double[] snapped(double[] point) {
    boolean[] active = active(point);
    double[] snapped = new double[point.length];
    for (int i = 0; i < snapped.length; i++) {
      snapped[i] = active[i] ? dimensions.get(i).domain().snap(point[i]) : INACTIVE;
    }
    return snapped;
  }

  /** Which dimensions apply at a point. */
  public boolean[] active(double[] point) {
    boolean[] active = new boolean[point.length];
    activate(root, point, active);
    return active;
  }

  private void activate(Node node, double[] point, boolean[] active) {
    if (node instanceof Node.Branch branch) {
      branch.children().values().forEach(child -> activate(child, point, active));
    } else if (node instanceof Node.Draw draw) {
      active[draw.dimension()] = true;
      if (!draw.options().isEmpty()) {
        activate(draw.options().get(listed(draw).index(point[draw.dimension()])), point, active);
      }
    }
  }

  /** A random point: each dimension by its distribution, each member of a list alike. */
  public double[] random(RandomKey key) {
    double[] point = new double[dimensions.size()];
    for (int i = 0; i < point.length; i++) {
      point[i] = key.uniform(i);
    }
    return snapped(point);
  }

  /**
   * The configuration with a number from 0 to size - 1: the last path varies fastest, lists in the
   * run file's order, ranges ascending.
   */
  public Configuration grid(long index) {
    long size = size().orElseThrow();
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException(
          "index must be from 0 to below %d, is %d".formatted(size, index));
    }
    double[] point = new double[dimensions.size()];
    Arrays.fill(point, INACTIVE);
    place(root, index, point);
    return configuration(point);
  }

  private void place(Node node, long index, double[] point) {
    long rest = index;
    if (node instanceof Node.Branch branch) {
      List<Node> children = new ArrayList<>(branch.children().values());
      Collections.reverse(children);
      for (Node child : children) {
        long size = size(child).getAsLong();
        place(child, rest % size, point);
        rest /= size;
      }
    } else if (node instanceof Node.Draw draw) {
      Domain domain = dimensions.get(draw.dimension()).domain();
      if (draw.options().isEmpty()) {
        point[draw.dimension()] = domain.unit(domain.value(rest)).orElseThrow();
        return;
      }
      int option = 0;
      for (long size = size(draw.options().get(0)).getAsLong(); rest >= size; ) {
        rest -= size;
        size = size(draw.options().get(++option)).getAsLong();
      }
      point[draw.dimension()] = listed(draw).unit(option);
      place(draw.options().get(option), rest, point);
    }
  }

  /**
   * Configurations which together have every member of every list, both ends of every range and
   * every object with its inner ones: what the caller binds to find keys and values that the run
   * file refuses, before anything trains.
   */
  public List<Sample> samples() {
    double[] first = new double[dimensions.size()];
    for (int i = 0; i < first.length; i++) {
      Domain domain = dimensions.get(i).domain();
      first[i] = domain instanceof Listed listed ? listed.unit(0) : domain.snap(0);
    }
    List<Sample> samples = new ArrayList<>();
    sample(root, first, samples);
    return samples;
  }

  private void sample(Node node, double[] chosen, List<Sample> samples) {
    if (node instanceof Node.Branch branch) {
      branch.children().values().forEach(child -> sample(child, chosen, samples));
    } else if (node instanceof Node.Draw draw) {
      Dimension dimension = dimensions.get(draw.dimension());
      List<Object> values = dimension.domain().samples();
      for (int i = 0; i < values.size(); i++) {
        boolean option = !draw.options().isEmpty();
        double[] point = chosen.clone();
        point[draw.dimension()] =
            option ? listed(draw).unit(i) : dimension.domain().unit(values.get(i)).orElseThrow();
        String place = option ? dimension.place() + "[" + i + "]" : dimension.place();
        Configuration built = configuration(point);
        samples.add(new Sample(place, dimension.name(), values.get(i), built));
        if (option) {
          sample(draw.options().get(i), point, samples);
        }
      }
    }
  }

  private Listed listed(Node.Draw draw) {
    return (Listed) dimensions.get(draw.dimension()).domain();
  }
}

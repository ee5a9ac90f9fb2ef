package dev.lockstep.tune.space;

import dev.lockstep.config.NearestKey;
import dev.lockstep.config.Problems;
import dev.lockstep.config.Redaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads a space from nested maps and lists; every mistake is a problem. */
final class SpaceReader {
  private static final String STEP = "step";

  /** What is said about a path, where, and whether the path was written out with dots. */
  private record Given(Object value, String place, boolean complete) {}

  private final Problems problems;
  private final List<Dimension> dimensions = new ArrayList<>();
  private boolean sound = true;

  SpaceReader(Problems problems) {
    this.problems = problems;
  }

  /** See {@link Space#read}. */
  Optional<Space> read(Map<String, Object> space, String at) {
    SortedMap<String, Given> paths = new TreeMap<>();
    paths(space, "", at, paths);
    SortedMap<String, Node> children = new TreeMap<>();
    paths.forEach(
        (path, given) ->
            children.put(path, node(given.value(), path, given.place(), given.complete())));
    if (sound && dimensions.isEmpty()) {
      fault(at, "varies nothing; give a list of values or a distribution for a path");
    }
    overlaps(children, at);
    return sound ? Optional.of(new Space(new Node.Branch(children), dimensions)) : Optional.empty();
  }

  /**
   * The paths of the top: a nested object is a longer path, unless it is a distribution or has a
   * kind.
   */
  private void paths(Map<?, ?> object, String prefix, String at, SortedMap<String, Given> paths) {
    for (Map.Entry<?, ?> entry : new TreeMap<>(object).entrySet()) {
      String key = String.valueOf(entry.getKey());
      String path = prefix.isEmpty() ? key : prefix + "." + key;
      String place = below(at, key);
      if (entry.getValue() instanceof Map<?, ?> inner
          && !inner.containsKey("kind")
          && !isDistribution(inner, key.contains("."))) {
        paths(inner, path, place, paths);
      } else if (paths.containsKey(path)) {
        fault(place, "is there twice, quoted and nested; keep one");
      } else {
        paths.put(path, new Given(entry.getValue(), place, key.contains(".")));
      }
    }
  }

  private Node node(Object value, String name, String place, boolean complete) {
    if (value instanceof List<?> list) {
      return list(list, name, place);
    }
    if (value instanceof Map<?, ?> map) {
      if (isDistribution(map, complete)) {
        return range(map, name, place);
      }
      SortedMap<String, Node> children = new TreeMap<>();
      new TreeMap<>(map)
          .forEach(
              (key, inner) ->
                  children.put(
                      key.toString(),
                      node(inner, name + "." + key, below(place, "" + key), false)));
      return new Node.Branch(children);
    }
    if (value == null) {
      fault(place, "must not be null; leave it out");
      return new Node.Fixed("");
    }
    return new Node.Fixed(Configuration.canonical(value));
  }

  private Node list(List<?> list, String name, String place) {
    if (list.isEmpty()) {
      fault(place, "must have at least one value, is []");
      return new Node.Fixed("");
    }
    long objects = list.stream().filter(Map.class::isInstance).count();
    if (objects != 0 && objects != list.size()) {
      fault(place, "must be either all objects or none, has both");
    }
    for (int i = 0; i < list.size(); i++) {
      for (int j = 0; j < i && list.get(i) != null; j++) {
        if (list.get(j) != null && Listed.same(list.get(j), list.get(i))) {
          fault(place + "[" + i + "]", "is there twice: " + shown(name, list.get(i)));
          break;
        }
      }
    }
    int number = dimensions.size();
    dimensions.add(new Dimension(name, place, new Listed(List.of("")))); // keeps the place
    List<Node> options = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String at = "[" + i + "]";
      Object value = list.get(i);
      if (value instanceof List<?>) {
        options.add(new Node.Fixed(fixed(value, place + at)));
      } else {
        options.add(node(value, name + at, place + at, false));
      }
      values.add(value instanceof Map ? described((Map<?, ?>) value) : fixed(value, place + at));
    }
    dimensions.set(number, new Dimension(name, place, new Listed(values)));
    return new Node.Draw(number, options);
  }

  /** A value as it stands; one that holds null is a problem. */
  private Object fixed(Object value, String place) {
    if (value == null) {
      return "";
    }
    try {
      return Configuration.canonical(value);
    } catch (IllegalArgumentException e) {
      fault(place, "must not hold null");
      return "";
    }
  }

  /** What stands for an object among the values of its list. */
  private static Object described(Map<?, ?> object) {
    SortedMap<String, Object> shown = new TreeMap<>();
    object.forEach(
        (key, value) -> {
          if (!(value instanceof Map) && !(value instanceof List) && value != null) {
            shown.put(key.toString(), value);
          }
        });
    return shown;
  }

  private Node range(Map<?, ?> map, String name, String place) {
    int number = dimensions.size();
    Set<Distribution> named = distributions(map);
    Set<String> unknown = new TreeSet<>();
    map.keySet().forEach(key -> unknown.add(key.toString()));
    named.forEach(one -> unknown.remove(one.key()));
    unknown.remove(STEP);
    for (String key : unknown) {
      String advice = NearestKey.advice(key, Distribution.keys());
      fault(below(place, key), "is no distribution; " + advice);
    }
    if (named.size() > 1) {
      fault(place, "must have one distribution, has " + named.size());
    }
    if (named.size() != 1 || !unknown.isEmpty()) {
      return new Node.Fixed("");
    }
    Distribution distribution = named.iterator().next();
    String at = below(place, distribution.key());
    Optional<double[]> ends = ends(map.get(distribution.key()), at);
    OptionalDouble step = OptionalDouble.empty();
    if (map.containsKey(STEP)) {
      step = number(map.get(STEP));
      if (step.isEmpty()) {
        fault(below(place, STEP), "must be a number, is " + shown(name, map.get(STEP)));
        return new Node.Fixed("");
      }
    }
    if (ends.isEmpty()) {
      return new Node.Fixed("");
    }
    double[] of = ends.get();
    List<String> faults = Range.faults(distribution, of[0], of[1], step);
    faults.forEach(fault -> fault(at, fault));
    if (faults.isEmpty()) {
      Range range = new Range(distribution, of[0], of[1], step);
      dimensions.add(new Dimension(name, place, range));
    }
    return new Node.Draw(number, List.of());
  }

  private Optional<double[]> ends(Object value, String at) {
    if (value instanceof List<?> list && list.size() == 2) {
      OptionalDouble first = number(list.get(0));
      OptionalDouble second = number(list.get(1));
      if (first.isPresent() && second.isPresent()) {
        return Optional.of(new double[] {first.getAsDouble(), second.getAsDouble()});
      }
    }
    fault(at, "must be a list of two numbers, is " + shown(at, value));
    return Optional.empty();
  }

  /** A value as a message may show it. */
  private static Object shown(String name, Object value) {
    return Redaction.map(Map.of(name, value)).get(name);
  }

  private static OptionalDouble number(Object value) {
    if (value instanceof Number number) {
      return OptionalDouble.of(number.doubleValue());
    }
    try {
      return value instanceof String text
          ? OptionalDouble.of(Double.parseDouble(text))
          : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  private static Set<Distribution> distributions(Map<?, ?> map) {
    Set<Distribution> named = new TreeSet<>();
    map.keySet().forEach(key -> Distribution.of(key.toString()).ifPresent(named::add));
    return named;
  }

  /**
   * Whether an object is a distribution, or can only be one whose name is mistyped.
   *
   * @param complete whether it stands at a path that is written out, so that it is no longer path
   */
  private static boolean isDistribution(Map<?, ?> map, boolean complete) {
    return map.entrySet().stream()
        .anyMatch(
            entry -> {
              String key = entry.getKey().toString();
              return Distribution.of(key).isPresent()
                  || (entry.getValue() instanceof List<?> list
                      && list.size() == 2
                      && list.stream().allMatch(Number.class::isInstance)
                      && (complete || NearestKey.of(key, Distribution.keys()).isPresent()));
            });
  }

  /** A path into an object that the space draws as a whole must not be drawn inside it too. */
  private void overlaps(SortedMap<String, Node> children, String at) {
    children.forEach(
        (path, node) ->
            children.forEach(
                (other, inner) -> {
                  if (other.startsWith(path + ".")
                      && has(node, other.substring(path.length() + 1))) {
                    fault(below(at, other), "is also in the objects of " + path + "; keep one");
                  }
                }));
  }

  private static boolean has(Node node, String path) {
    if (node instanceof Node.Draw draw) {
      return draw.options().stream().anyMatch(option -> has(option, path));
    }
    if (!(node instanceof Node.Branch branch)) {
      return false;
    }
    return branch.children().entrySet().stream()
        .anyMatch(
            child ->
                child.getKey().equals(path)
                    || (path.startsWith(child.getKey() + ".")
                        && has(child.getValue(), path.substring(child.getKey().length() + 1))));
  }

  private void fault(String place, String sentence) {
    sound = false;
    problems.add(place, sentence);
  }

  /** A path that {@link Problems#add} understands, quoted where it must be. */
  private static String below(String place, String key) {
    boolean plain = key.matches("[A-Za-z0-9_-]+");
    return place
        + "."
        + (plain ? key : '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
  }
}

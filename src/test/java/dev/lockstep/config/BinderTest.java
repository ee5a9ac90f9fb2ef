package dev.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BinderTest {
  /** A component with two kinds. */
  public interface Shape {}

  /** One number. */
  public record Circle(double radius) implements Shape {
    public static final Circle DEFAULTS = new Circle(1);

    public Circle {
      if (!(radius > 0)) {
        throw new IllegalArgumentException("radius must be above 0, is " + radius);
      }
    }
  }

  /** Two numbers. */
  public record Box(int width, int sideLength) implements Shape {
    public static final Box DEFAULTS = new Box(1, 1);

    public Box {
      if (width < 1) {
        throw new IllegalArgumentException("width must be at least 1, is " + width);
      }
      if (sideLength < 1) {
        throw new IllegalArgumentException("side_length must be at least 1, is " + sideLength);
      }
    }
  }

  /** Read from text. */
  public record Percent(int value) {
    public static Percent parse(String text) {
      if (!text.endsWith("%")) {
        throw new IllegalArgumentException("must end with %, is " + text);
      }
      return new Percent(Integer.parseInt(text.substring(0, text.length() - 1).strip()));
    }

    @Override
    public String toString() {
      return value + " %";
    }
  }

  /** Read from text or from an object. */
  public record Weights(Map<String, Double> named) {
    public static Weights parse(String text) {
      throw new IllegalArgumentException("more must be an object, is " + text);
    }

    public static Weights of(Map<String, Double> named) {
      return new Weights(named);
    }
  }

  enum Fruit {
    SWEET_APPLE,
    PEAR
  }

  /** All types at once. */
  public record Root(
      boolean flag,
      int count,
      long big,
      double rate,
      String text,
      Fruit fruit,
      Optional<String> maybe,
      Optional<Shape> shape,
      List<Integer> numbers,
      List<Shape> shapes,
      Map<String, Double> weights,
      Percent part,
      Document raw,
      Weights more) {
    public static final Root DEFAULTS =
        new Root(
            false,
            1,
            2,
            3.5,
            "t",
            Fruit.PEAR,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            Map.of(),
            new Percent(5),
            Document.EMPTY,
            new Weights(Map.of()));
  }

  /** No defaults. */
  public record Strict(String path, int size, Optional<String> extra) {}

  /** Defaults, but not for everything. */
  public record Partly(@Required String path, int size) {
    public static final Partly DEFAULTS = new Partly("", 3);
  }

  private static final Registry<Shape> SHAPES =
      new Registry<>("shape", Shape.class).with("circle", Circle.class).with("box", Box.class);

  private static final Binder BINDER = new Binder(List.of(SHAPES));

  static <T extends Record> T read(Class<T> type, String text, String... overrides) {
    return BINDER.bind(Document.read(text, "a.conf", List.of(overrides)), type);
  }

  static List<String> problems(Class<? extends Record> type, String text) {
    return catchThrowableOfType(ConfigException.class, () -> read(type, text)).problems();
  }

  @Test
  void whatIsLeftOutComesFromDefaults() {
    assertThat(read(Root.class, "")).isEqualTo(Root.DEFAULTS);
  }

  @Test
  void everyTypeIsRead() {
    Root root =
        read(
            Root.class,
            """
            flag = yes, count = 7, big = 5000000000, rate = 1e-3, text = two words
            fruit = sweet_apple, maybe = x, shape { kind = box, side_length = 4 }
            numbers = [1, 2], shapes = [{ kind = circle }, { kind = box }]
            weights { b = 2
              a = 0.5 }
            part = 7 %, raw { any.thing = 1 }
            """);
    assertThat(root.flag()).isTrue();
    assertThat(root.count()).isEqualTo(7);
    assertThat(root.big()).isEqualTo(5_000_000_000L);
    assertThat(root.rate()).isEqualTo(1e-3);
    assertThat(root.text()).isEqualTo("two words");
    assertThat(root.fruit()).isEqualTo(Fruit.SWEET_APPLE);
    assertThat(root.maybe()).contains("x");
    assertThat(root.shape()).contains(new Box(1, 4));
    assertThat(root.numbers()).containsExactly(1, 2);
    assertThat(root.shapes()).containsExactly(Circle.DEFAULTS, Box.DEFAULTS);
    assertThat(root.weights().keySet()).containsExactly("b", "a");
    assertThat(root.part()).isEqualTo(new Percent(7));
    assertThat(root.raw().text("any.thing")).isEqualTo("1");
  }

  @Test
  void oneValueStandsForAListOfOne() {
    assertThat(read(Root.class, "numbers = 3").numbers()).containsExactly(3);
  }

  @Test
  void nullIsTheSameAsLeftOut() {
    assertThat(read(Root.class, "count = null, maybe = null, shape = null"))
        .isEqualTo(Root.DEFAULTS);
  }

  @Test
  void allProblemsComeAtOnceInTheOrderOfTheLines() {
    assertThat(
            problems(
                Root.class,
                """
                count = 1.5
                shape { kind = box, width = 0, side_length = -2 }
                rat = 2
                fruit = peer
                part = 7
                more = 3
                """))
        .containsExactly(
            "a.conf:1: count must be a whole number, is 1.5",
            "a.conf:2: shape.width must be at least 1, is 0",
            "a.conf:2: shape.side_length must be at least 1, is -2",
            "a.conf:3: rat is unknown; did you mean rate?",
            "a.conf:4: fruit must be one of sweet_apple, pear, is peer; did you mean pear?",
            "a.conf:5: part must end with %, is 7",
            "a.conf:6: more must be an object, is 3");
  }

  @Test
  void aKindMustBeKnown() {
    assertThat(problems(Root.class, "shape { kind = boxx }"))
        .containsExactly("a.conf:1: shape.kind is boxx, no shape; did you mean box?");
    assertThat(problems(Root.class, "shape { radius = 1 }"))
        .containsExactly("a.conf:1: shape.kind is missing; it must be one of circle, box");
    assertThat(problems(Root.class, "shape = circle"))
        .containsExactly(
            "a.conf:1: shape must be an object with kind = one of circle, box, is circle");
  }

  @Test
  void whatMustBeGivenIsMissed() {
    assertThat(problems(Strict.class, "extra = x"))
        .containsExactly(
            "a.conf:1: path is missing; it must be text",
            "a.conf:1: size is missing; it must be a whole number");
    assertThat(problems(Partly.class, ""))
        .hasSize(1)
        .first()
        .asString()
        .contains("path is missing");
    assertThat(read(Partly.class, "path = p")).isEqualTo(new Partly("p", 3));
  }

  @Test
  void overridesReplaceWhatTheFileSays() {
    Root root =
        read(
            Root.class,
            "count = 1, shape { kind = box, width = 2 }",
            "count=9",
            "text=s3a://bucket/a b=c",
            "shape={ kind = circle, radius = 3 }",
            "numbers=[4, 5]",
            "maybe=null");
    assertThat(root.count()).isEqualTo(9);
    assertThat(root.text()).isEqualTo("s3a://bucket/a b=c");
    assertThat(root.shape()).contains(new Circle(3));
    assertThat(root.numbers()).containsExactly(4, 5);
    assertThatThrownBy(() -> read(Root.class, "", "count=x"))
        .hasMessage("--set: count must be a whole number, is x");
    assertThatThrownBy(() -> read(Root.class, "", "shape.radius=3"))
        .hasMessageStartingWith("--set: shape.kind ");
    assertThatThrownBy(() -> read(Root.class, "", "count")).hasMessageContaining("key=value");
    assertThatThrownBy(() -> read(Root.class, "", "a..b=1")).hasMessageContaining("is no key");
    assertThatThrownBy(() -> read(Root.class, "", "numbers=[1")).hasMessageContaining("no valid");
  }

  @Test
  void anOverrideReachesIntoWhatIsSubstituted() {
    assertThat(read(Root.class, "flag = false, text = ${?HOME}").text())
        .isEqualTo(System.getenv().getOrDefault("HOME", "t"));
    assertThat(read(Root.class, "raw { a = 2, b = ${raw.a} }", "raw.a=5").raw().text("b"))
        .isEqualTo("5");
    assertThat(
            read(
                    Root.class,
                    "raw { k { kind = box } }, shape = ${raw.k} {width = 2}",
                    "shape.width=6")
                .shape())
        .contains(new Box(6, 1));
  }

  @Test
  void whatWasReadRendersToWhatReadsTheSame() {
    Root root =
        read(
            Root.class,
            "maybe = x, shape { kind = box }, shapes = [{ kind = circle }], weights { a = 2 },"
                + "raw { a = 1 }, part = 9 %, more { a = 1, b = 2 }");
    Map<String, Object> rendered = new Rendering(BINDER).map(root);
    Document again = Document.of(rendered);
    assertThat(BINDER.bind(again, Root.class)).isEqualTo(root);
    assertThat(rendered.get("part")).isEqualTo("9 %");
    assertThat(rendered.get("shape").toString()).startsWith("{kind=box, width=1");
  }
}

package dev.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.BinderTest.Box;
import dev.lockstep.config.BinderTest.Circle;
import dev.lockstep.config.BinderTest.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharedSettingsTest {
  /** What shapes of every kind may have beside their own. */
  public record Painted(Shape shape, List<String> colours, Optional<Integer> coats)
      implements Shape {}

  /** Holds one. */
  public record Holder(Shape shape) {}

  @Test
  void settingsThatKindsShareStandBesideTheirOwn() {
    Registry<Shape> shared =
        new Registry<>("shape", Shape.class)
            .with("circle", Circle.class)
            .sharing(Painted.class)
            .with("box", Box.class);
    Binder binder = new Binder(List.of(shared));
    Document painted =
        Document.read("shape { kind = circle, radius = 2, coats = 3 }", "a.conf", List.of());
    Holder holder = binder.bind(painted, Holder.class);
    assertThat(holder).isEqualTo(new Holder(new Painted(new Circle(2), List.of(), Optional.of(3))));
    assertThat(new Rendering(binder).map(holder))
        .isEqualTo(
            Map.of(
                "shape",
                Map.of("kind", "circle", "radius", 2.0, "colours", List.of(), "coats", 3)));
    Document plain = Document.read("shape { kind = circle, coats = null }", "a.conf", List.of());
    assertThat(binder.bind(plain, Holder.class)).isEqualTo(new Holder(Circle.DEFAULTS));
    Document other = Document.read("shape { kind = box, coats = 3 }", "a.conf", List.of());
    assertThatThrownBy(() -> binder.bind(other, Holder.class))
        .hasMessageContaining("shape.coats is unknown");
    Document wrong = Document.read("shape { kind = circle, coats = x }", "a.conf", List.of());
    assertThatThrownBy(() -> binder.bind(wrong, Holder.class))
        .hasMessageContaining("shape.coats must be a whole number, is x");
  }
}

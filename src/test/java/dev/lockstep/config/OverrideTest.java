package dev.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --set key=value} makes of a run file. */
class OverrideTest {
  private static Map<String, Object> read(String... overrides) {
    return Document.read("", "run.conf", List.of(overrides)).values();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=[1, 2], b = 3",
        "a=[1], a = [2]",
        "a={ x = 1 }, b = 3",
        "a={ x = 1 }\nb = 3",
        "a=\"x\", b = 3",
        "a=[1, 2] 3",
        "a=[1]] , b = [[2]"
      })
  void whatFollowsAValueIsRefused(String override) {
    assertThatThrownBy(() -> read(override))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("--set a: ");
  }

  @Test
  void theRefusalSaysWhatToDo() {
    assertThatThrownBy(() -> read("a=[1], [2]"))
        .hasMessage(
            "--set a: has something after its value; give every setting a --set of its own");
  }

  @Test
  void aValueIsTheWholeOfItsText() {
    assertThat(read("a=[1, [2, 3], { x = 4 }] # why"))
        .isEqualTo(Map.of("a", List.of(1, List.of(2, 3), Map.of("x", 4))));
    assertThat(read("a=[]", "b={}", "c=\"x, y = 1\"", "d=x, y = 1", "e=[1,\n2]"))
        .isEqualTo(
            Map.of(
                "a",
                List.of(),
                "b",
                Map.of(),
                "c",
                "x, y = 1",
                "d",
                "x, y = 1",
                "e",
                List.of(1, 2)));
    assertThat(read("a={ x = 1 } { y = 2 }")).isEqualTo(Map.of("a", Map.of("x", 1, "y", 2)));
  }

  @Test
  void aQuotedKeyMayHaveAnEqualsSign() {
    assertThat(read("a.\"b=c\".d=e=f")).isEqualTo(Map.of("a", Map.of("b=c", Map.of("d", "e=f"))));
    assertThat(read("\"b\\\"=c\"=1")).isEqualTo(Map.of("b\"=c", "1"));
    assertThatThrownBy(() -> read("\"b=1")).hasMessageContaining("must be key=value");
  }
}

package dev.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile values: deep, long, secret or beyond their type. */
class BinderRefusalTest {
  @ParameterizedTest
  @ValueSource(ints = {100_000, 500_000})
  void deepNestingIsAProblemAndNoCrash(int depth) {
    assertThatThrownBy(
            () -> BinderTest.read(BinderTest.Root.class, "a".repeat(1) + "=" + "[".repeat(depth)))
        .isInstanceOf(ConfigException.class);
    assertThatThrownBy(
            () -> BinderTest.read(BinderTest.Root.class, "a{".repeat(depth) + "}".repeat(depth)))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  void aValueWithNewlinesStaysOnOneLine() {
    assertThat(BinderTest.problems(BinderTest.Root.class, "count = \"1\\n2\\u0000\""))
        .containsExactly("a.conf:1: count must be a whole number, is 1\\n2\\u0000");
  }

  @Test
  void secretsAreNotInMessages() {
    assertThat(
            BinderTest.problems(
                    BinderTest.Root.class, "password = hunter2, count = \"token=hunter2\"")
                .toString())
        .doesNotContain("hunter2");
    assertThat(
            BinderTest.problems(BinderTest.Root.class, "secret = \"hunter2\" \"x\" { hunter2")
                .toString())
        .doesNotContain("hunter2");
    assertThat(
            BinderTest.problems(BinderTest.Root.class, "secret {a = hunter2, b = \"hunter2\n")
                .toString())
        .doesNotContain("hunter2");
  }

  @Test
  void numbersBeyondTheTypeAreRefused() {
    assertThat(BinderTest.problems(BinderTest.Root.class, "count = 3000000000"))
        .containsExactly("a.conf:1: count must be a whole number, is 3000000000");
    assertThat(BinderTest.problems(BinderTest.Root.class, "rate = 1e999")).hasSize(1);
    assertThat(BinderTest.problems(BinderTest.Root.class, "big = 1e999999999")).hasSize(1);
    assertThat(BinderTest.problems(BinderTest.Root.class, "rate = NaN")).hasSize(1);
    assertThat(BinderTest.read(BinderTest.Root.class, "count = 1e3").count()).isEqualTo(1000);
    assertThat(BinderTest.read(BinderTest.Root.class, "count = \"12\"").count()).isEqualTo(12);
  }
}

package dev.lockstep;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlaceholderTest {
  @Test
  void runs() {
    assertThat(1 + 1).isEqualTo(2);
  }
}

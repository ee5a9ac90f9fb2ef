package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import org.junit.jupiter.api.Test;

class KeyPlanTest {
  private static final long GIBIBYTE = 1L << 30;

  @Test
  void keysAreRefusedFromTheFirstRowThatDoesNotFitOnTheirWay() {
    long most = GIBIBYTE / 21;
    assertThat(new KeyPlan(most, GIBIBYTE, 8 * GIBIBYTE).fits()).isTrue();
    assertThatThrownBy(() -> new KeyPlan(most + 1, GIBIBYTE, 8 * GIBIBYTE).check())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("the keys of 51,130,564 rows need 1,024.0 MiB")
        .hasMessageContaining("raise spark.driver.maxResultSize");
    assertThat(new KeyPlan(most + 1, 0, 8 * GIBIBYTE).fits()).isTrue();
  }

  @Test
  void keysThatTheHeapCannotHoldAreRefusedWithTheSettingToRaise() {
    assertThat(new KeyPlan(10_000_000, GIBIBYTE, GIBIBYTE).fits()).isTrue();
    assertThatThrownBy(() -> new KeyPlan(20_000_000, GIBIBYTE, GIBIBYTE).check())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("need 953.7 MiB on the driver")
        .hasMessageContaining("raise spark.driver.memory");
  }

  @Test
  void moreRowsThanAnArrayHoldsAreRefused() {
    assertThatThrownBy(() -> new KeyPlan(1L << 31, 0, 1000 * GIBIBYTE).check())
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("2,147,483,648 rows are more than 2,147,483,639");
  }
}

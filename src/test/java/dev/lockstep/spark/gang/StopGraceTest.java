package dev.lockstep.spark.gang;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StopGraceTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void itEndsAFewSecondsAfterItWasSeenThatAStopWasAskedFor() {
    AtomicBoolean asked = new AtomicBoolean();
    StopGrace grace = new StopGrace(asked::get);
    assertThat(grace.isOver(0)).isFalse();
    assertThat(grace.isOver(100 * SECOND)).isFalse();
    asked.set(true);
    assertThat(grace.isAsked()).isTrue();
    assertThat(grace.isOver(101 * SECOND)).isFalse();
    assertThat(grace.isOver(103 * SECOND)).isFalse();
    assertThat(grace.isOver(106 * SECOND)).isTrue();
    assertThat(StopGrace.ENDLESS.isOver(1000 * SECOND)).isFalse();
  }
}

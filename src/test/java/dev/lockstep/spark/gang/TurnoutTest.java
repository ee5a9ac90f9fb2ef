package dev.lockstep.spark.gang;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spark.shard.Slots;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How many tasks gangs have after some that got fewer slots than were counted. */
class TurnoutTest {
  private static final Slots FOUR = new Slots(Map.of("a", 4), 4);
  private static final Slots SIX = new Slots(Map.of("a", 4, "b", 2), 6);
  private static final Slots TWO = new Slots(Map.of("b", 2), 2);
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final long START = Long.MAX_VALUE - MINUTE; // such a clock may overflow

  private final Turnout turnout = new Turnout();

  @Test
  void aGangHasATaskForEachSlot() {
    assertThat(turnout.start(FOUR, START)).isEqualTo(4);
    assertThat(turnout.most(SIX, START)).isEqualTo(6);
  }

  @Test
  void theNextGangHasNoMoreTasksThanCame() {
    turnout.start(FOUR, START);
    turnout.fellShort(1, START);
    assertThat(turnout.start(FOUR, START + 1)).isEqualTo(1);
    assertThat(turnout.most(FOUR, START + 2)).isEqualTo(1);
  }

  @Test
  void otherSlotsAreBelieved() {
    turnout.start(FOUR, START);
    turnout.fellShort(1, START);
    assertThat(turnout.most(SIX, START + 1)).isEqualTo(6);
    assertThat(turnout.most(TWO, START + 1)).isEqualTo(2);
  }

  /** As where an executor was lost, which is not counted any more: the others are all there. */
  @Test
  void slotsThatChangedSinceTheGangStartedAreBelieved() {
    turnout.start(SIX, START);
    turnout.fellShort(4, START);
    assertThat(turnout.start(FOUR, START + 1)).isEqualTo(4);
  }

  @Test
  void aGangToWhichNobodyCameTellsOfNothing() {
    turnout.start(FOUR, START);
    turnout.fellShort(0, START);
    assertThat(turnout.start(FOUR, START + 1)).isEqualTo(4);
  }

  @Test
  void theSameSlotsAreTriedAgainAfterAWhileThatDoubles() {
    turnout.start(FOUR, START);
    turnout.fellShort(1, START);
    assertThat(turnout.most(FOUR, START + MINUTE - 1)).isEqualTo(1);
    assertThat(turnout.start(FOUR, START + MINUTE)).isEqualTo(4);
    turnout.fellShort(2, START + MINUTE);
    assertThat(turnout.most(FOUR, START + 3 * MINUTE - 1)).isEqualTo(2);
    assertThat(turnout.most(FOUR, START + 3 * MINUTE)).isEqualTo(4);
  }

  @Test
  void whatOtherSlotsLackedIsForgotten() {
    turnout.start(FOUR, START);
    turnout.fellShort(1, START);
    turnout.start(SIX, START);
    turnout.fellShort(1, START);
    assertThat(turnout.most(SIX, START + MINUTE)).isEqualTo(6);
    for (int time = 0; time < 20; time++) {
      turnout.start(SIX, START);
      turnout.fellShort(1, START);
    }
    assertThat(turnout.most(SIX, START + 32 * MINUTE)).isEqualTo(6);
  }
}

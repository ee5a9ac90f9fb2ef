package dev.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.Layout.Role;
import dev.lockstep.data.Layout.Run;
import dev.lockstep.data.Layout.Slice;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayoutTest {
  private static final Layout LAYOUT =
      Layout.empty()
          .with("0.weight", true, 2, 3)
          .with("0.bias", false, 2)
          .with("1.running_mean", Role.BUFFER, 2)
          .with("2.weight", true, 1, 2);

  @Test
  void neighboursOfOneRoleMakeARun() {
    assertThat(LAYOUT.runs(Role.TRAINED)).containsExactly(new Run(0, 8), new Run(10, 12));
    assertThat(LAYOUT.runs(Role.BUFFER)).containsExactly(new Run(8, 10));
    assertThat(LAYOUT.runs(Role.FROZEN)).isEmpty();
  }

  @Test
  void whatIsFrozenKeepsItsPlaceAndIsNotPenalized() {
    Layout frozen = LAYOUT.freeze(slice -> slice.name().startsWith("0."));
    assertThat(frozen.runs(Role.FROZEN)).containsExactly(new Run(0, 8));
    assertThat(frozen.slices())
        .extracting(Slice::penalized)
        .containsExactly(false, false, false, true);
    assertThat(frozen.slices()).extracting(Slice::offset).containsExactly(0, 6, 8, 10);
  }

  @Test
  void onlyWhatIsTrainedCanBePenalized() {
    assertThatThrownBy(() -> new Slice("mean", List.of(1), 0, true, Role.BUFFER))
        .hasMessage("mean is penalized, but BUFFER");
  }
}

package dev.lockstep.spark.encode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spark.encode.FeatureBlock.Scaling;
import dev.lockstep.train.ScaledRange;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which features can be scaled anew from encoded rows. */
class FeatureBlockTest {
  @Test
  void columnsWithMissingValuesKeepTheirScale() {
    List<FeatureBlock> blocks =
        List.of(
            new FeatureBlock("g0", List.of("a", "b", "c", "d"), Scaling.STANDARDIZED, Set.of("b")),
            new FeatureBlock("g1", List.of("x", "y"), Scaling.NONE, Set.of()),
            new FeatureBlock("g2", List.of("p", "q"), Scaling.DIVIDED, Set.of("q")),
            new FeatureBlock("g3", List.of("r"), Scaling.DIVIDED, Set.of("r")));
    assertThat(FeatureBlock.scaled(blocks))
        .containsExactly(
            new ScaledRange(0, 1, true), new ScaledRange(2, 4, true), new ScaledRange(6, 7, false));
  }
}

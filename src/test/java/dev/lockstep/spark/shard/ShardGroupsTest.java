package dev.lockstep.spark.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where groups of shards are asked for. */
class ShardGroupsTest {
  private static final Optional<String> A = Optional.of("a");
  private static final Optional<String> B = Optional.of("b");

  @Test
  void groupsStayWhereTheirShardsAre() {
    List<Map<String, Integer>> held = List.of(Map.of("b", 4), Map.of("a", 3, "b", 1));
    assertThat(ShardGroups.homes(held, Map.of("a", 1, "b", 1))).containsExactly(B, A);
  }

  @Test
  void anExecutorThatCameLaterGetsItsShareOfTheGroups() {
    List<Map<String, Integer>> held =
        List.of(Map.of("a", 4), Map.of("a", 4), Map.of("a", 4), Map.of("a", 4));
    assertThat(ShardGroups.homes(held, Map.of("a", 2, "b", 2))).containsExactly(A, A, B, B);
    assertThat(ShardGroups.homes(held, Map.of("a", 3, "b", 1))).containsExactly(A, A, A, B);
  }

  @Test
  void shardsThatNobodyHoldsMayBeBuiltAnywhere() {
    List<Map<String, Integer>> held = List.of(Map.of(), Map.of());
    assertThat(ShardGroups.homes(held, Map.of("a", 1, "b", 1)))
        .containsExactly(Optional.empty(), Optional.empty());
  }

  @Test
  void aHolderThatIsGoneIsNotAskedFor() {
    List<Map<String, Integer>> held = List.of(Map.of("gone", 4), Map.of("a", 4));
    assertThat(ShardGroups.homes(held, Map.of("a", 2))).containsExactly(A, A);
    assertThat(ShardGroups.homes(held, Map.of()))
        .containsExactly(Optional.empty(), Optional.empty());
  }
}

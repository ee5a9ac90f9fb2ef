package dev.lockstep.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.math.SumTree.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SumTreeTest {
  private static List<Float> values(int leaves) {
    RandomGenerator random = RandomKey.of(leaves).generator();
    List<Float> values = new ArrayList<>();
    for (int i = 0; i < leaves; i++) {
      values.add((float) Math.scalb(random.nextGaussian(), random.nextInt(20)));
    }
    return values;
  }

  @Test
  void aNodeSplitsAtTheLargestPowerOfTwoBelowIt() {
    int[] leaves = {2, 3, 4, 5, 8, 9, 63, 64, 65, 1021};
    int[] left = {1, 2, 2, 4, 4, 8, 32, 32, 64, 512};
    for (int i = 0; i < leaves.length; i++) {
      assertThat(SumTree.split(leaves[i])).isEqualTo(left[i]);
    }
    assertThatThrownBy(() -> SumTree.split(1)).hasMessageContaining("1");
  }

  @Test
  void theTreeIsTheOneOfItsDefinition() {
    List<String> names = List.of("a", "b", "c", "d", "e", "f", "g");
    assertThat(SumTree.combine(names, (x, y) -> "(" + x + y + ")"))
        .isEqualTo("(((ab)(cd))((ef)g))");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 63, 64, 65})
  void anyGroupingIntoSubtreesGivesTheBitsOfTheWhole(int leaves) {
    List<Float> values = values(leaves);
    float whole = SumTree.combine(values, Float::sum);
    RandomGenerator random = RandomKey.of(leaves).child("cuts").generator();
    for (int trial = 0; trial < 50; trial++) {
      List<Range> ranges = new ArrayList<>();
      List<Float> sums = new ArrayList<>();
      for (int from = 0; from < leaves; ) {
        int to = from + 1 + random.nextInt(leaves - from);
        for (Range range : SumTree.subtrees(leaves, from, to)) {
          ranges.add(range);
          sums.add(SumTree.combine(values.subList(range.from(), range.to()), Float::sum));
        }
        from = to;
      }
      float joined = SumTree.join(leaves, ranges, sums, Float::sum);
      assertThat(Float.floatToIntBits(joined)).isEqualTo(Float.floatToIntBits(whole));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 63, 64, 65})
  void subtreesCoverExactlyTheirLeavesAndAreMaximal(int leaves) {
    for (int from = 0; from < leaves; from++) {
      for (int to = from + 1; to <= leaves; to++) {
        int next = from;
        for (Range range : SumTree.subtrees(leaves, from, to)) {
          assertThat(range.from()).isEqualTo(next);
          next = range.to();
        }
        assertThat(next).isEqualTo(to);
      }
    }
    assertThat(SumTree.subtrees(leaves, 0, leaves)).containsExactly(new Range(0, leaves));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 63, 64, 65})
  void groupsAreContiguousNonEmptyAndFewEnough(int leaves) {
    for (int groups = 1; groups <= leaves + 3; groups++) {
      List<Range> cut = SumTree.groups(leaves, groups);
      assertThat(cut).hasSize(Math.min(groups, leaves));
      int next = 0;
      for (Range range : cut) {
        assertThat(range.from()).isEqualTo(next);
        assertThat(range.size()).isPositive();
        next = range.to();
      }
      assertThat(next).isEqualTo(leaves);
    }
  }

  @Test
  void groupsOfAPowerOfTwoAreWholeSubtrees() {
    for (int groups : new int[] {1, 2, 4, 8, 16}) {
      for (Range range : SumTree.groups(16, groups)) {
        assertThat(SumTree.subtrees(16, range.from(), range.to())).containsExactly(range);
      }
    }
  }

  @Test
  void joiningWhatIsNoCoverOfTheTreeIsRefused() {
    List<Range> gap = List.of(new Range(0, 2), new Range(3, 4));
    assertThatThrownBy(() -> SumTree.join(4, gap, List.of(1, 2), Integer::sum))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leaf 2");
    List<Range> beyond = List.of(new Range(0, 4), new Range(4, 5));
    assertThatThrownBy(() -> SumTree.join(4, beyond, List.of(1, 2), Integer::sum))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SumTree.join(4, beyond, List.of(1), Integer::sum))
        .hasMessageContaining("2 ranges, 1 values");
    assertThatThrownBy(() -> SumTree.combine(List.of(), Integer::sum))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LengthPassesTest {
  private static final int STEPS = 100;

  /** Rows of so many tokens, whose first is the row's number. */
  private static Block block(int... lengths) {
    int stride = DenseRows.strideOf(STEPS);
    float[] ids = new float[lengths.length * stride];
    for (int row = 0; row < lengths.length; row++) {
      Arrays.fill(ids, row * stride, row * stride + lengths[row], row + 1f);
    }
    DenseRows rows = new DenseRows(ids, lengths.length, STEPS, stride);
    return new Block(rows, new float[0], 0, new float[0], new float[0], new byte[0]);
  }

  /** The rows of each pass over a batch. */
  private static List<Integer> passes(LengthPasses passes, Batch seen) {
    List<Integer> rows = new ArrayList<>();
    for (int done = 0; done < seen.rows(); done += rows.get(rows.size() - 1)) {
      rows.add(passes.rowsFrom(done));
    }
    return rows;
  }

  @Test
  void shortTextsPassApartFromLongOnes() {
    int[] lengths = new int[24];
    Arrays.setAll(lengths, i -> i % 3 == 1 ? 90 : 10);
    LengthPasses passes = new LengthPasses(256);
    Batch seen = passes.of(Batch.of(block(lengths)));
    assertThat(passes(passes, seen)).containsExactly(16, 8);
    DenseRows rows = (DenseRows) seen.block().features();
    for (int place = 0; place < 24; place++) {
      int row = passes.row(place);
      assertThat(lengths[row]).isEqualTo(place < 16 ? 10 : 90);
      assertThat(rows.values()[place * rows.stride()]).isEqualTo(row + 1f);
      assertThat(place % 16 == 0 || passes.row(place - 1) < row).as("in order").isTrue();
    }
  }

  @Test
  void rowsOfLikeLengthsStayWhereTheyAre() {
    int[] lengths = new int[21];
    Arrays.setAll(lengths, i -> 81 + i % 16);
    LengthPasses passes = new LengthPasses(256);
    Batch batch = new Batch(block(lengths), 3, 20);
    assertThat(passes.of(batch)).isSameAs(batch);
    assertThat(passes(passes, batch)).containsExactly(17);
    assertThat(passes.row(4)).isEqualTo(7);
    Batch none = new Batch(block(lengths), 3, 3);
    assertThat(passes.of(none)).isSameAs(none);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 8, 13, 64})
  void noPassHasMoreRowsThanMay(int mostRows) {
    Random random = new Random(mostRows);
    LengthPasses passes = new LengthPasses(mostRows);
    for (int n : new int[] {1, 2, 7, 8, 9, 63, 65, 200}) {
      int[] lengths = random.ints(n, 0, STEPS + 1).toArray();
      Batch seen = passes.of(Batch.of(block(lengths)));
      List<Integer> rows = passes(passes, seen);
      assertThat(rows).allMatch(r -> r >= 1 && r <= mostRows);
      assertThat(rows.stream().mapToInt(Integer::intValue).sum()).isEqualTo(n);
      int[] seenRows = new int[n];
      Arrays.setAll(seenRows, passes::row);
      assertThat(Arrays.stream(seenRows).sorted().toArray())
          .isEqualTo(IntStream.range(0, n).toArray());
    }
  }

  @Test
  void rowsAllAlikePassInRunsOfAsManyAsMay() {
    int[] lengths = new int[300];
    Arrays.fill(lengths, STEPS);
    LengthPasses passes = new LengthPasses(256);
    assertThat(passes(passes, passes.of(Batch.of(block(lengths))))).containsExactly(256, 44);
  }
}

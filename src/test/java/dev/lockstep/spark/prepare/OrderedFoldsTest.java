package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.ChosenRowsException;
import dev.lockstep.data.FoldPlan;
import dev.lockstep.data.HeldOut;
import dev.lockstep.math.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderedFoldsTest {
  private static FoldPlan plan(int folds, int gap) {
    return new FoldPlan(folds, 1, Optional.of("t"), gap);
  }

  /** TimeSeriesSplit of scikit-learn 1.x: {@code split}, with its default test size. */
  private static List<List<Integer>> reference(int rows, int folds, int gap, boolean train) {
    int size = rows / (folds + 1);
    List<List<Integer>> all = new ArrayList<>();
    for (int start = rows - folds * size; start < rows; start += size) {
      IntStream range =
          train ? IntStream.range(0, start - gap) : IntStream.range(start, start + size);
      all.add(range.boxed().toList());
    }
    return all;
  }

  @Test
  void trainingsAndJudgementsAreThoseOfTimeSeriesSplit() {
    for (int rows : new int[] {6, 7, 8, 63, 64, 65, 1021}) {
      for (int folds : new int[] {2, 3, 5}) {
        for (int gap : new int[] {0, 1, 3, 9}) {
          if (gap >= rows / (folds + 1)) {
            continue;
          }
          FoldPlan plan = plan(folds, gap);
          long[] values = IntStream.range(0, rows).mapToLong(i -> 3L * i - 50).toArray();
          OrderedFolds bounds = OrderedFolds.of(values, new long[rows], plan);
          for (int fold = 0; fold < folds; fold++) {
            int code = plan.code(fold);
            List<Integer> trained = new ArrayList<>();
            List<Integer> judged = new ArrayList<>();
            for (int i = 0; i < rows; i++) {
              int part = bounds.part(values[i], 0);
              assertThat(part).isBetween(0, plan.parts() - 1);
              if (HeldOut.trains(code, part)) {
                trained.add(i);
              }
              if (HeldOut.judges(code, part)) {
                judged.add(i);
              }
            }
            String what = rows + " rows, fold " + fold + " of " + folds + ", gap " + gap;
            assertThat(trained).as(what).isEqualTo(reference(rows, folds, gap, true).get(fold));
            assertThat(judged).as(what).isEqualTo(reference(rows, folds, gap, false).get(fold));
          }
        }
      }
    }
  }

  @Test
  void countsAreExactThoughValuesAreEqualAndRowsComeInAnyOrder() {
    int rows = 1021;
    RandomKey random = RandomKey.of(3);
    long[] values = new long[rows];
    long[] keys = new long[rows];
    for (int i = 0; i < rows; i++) {
      values[i] = (long) (4 * random.uniform(i));
      keys[i] = random.child("key").bits(i);
    }
    FoldPlan plan = plan(5, 7);
    OrderedFolds bounds = OrderedFolds.of(values, keys, plan);
    Integer[] order = IntStream.range(0, rows).boxed().toArray(Integer[]::new);
    Arrays.sort(
        order, Comparator.comparingLong((Integer i) -> values[i]).thenComparingLong(i -> keys[i]));
    int[] starts = OrderedFolds.starts(rows, plan);
    for (int rank = 0; rank < rows; rank++) {
      int r = rank;
      long part = Arrays.stream(starts).filter(start -> start <= r).count();
      assertThat(bounds.part(values[order[rank]], keys[order[rank]])).isEqualTo((int) part);
    }
    long[] reversed = IntStream.range(0, rows).mapToLong(i -> values[rows - 1 - i]).toArray();
    long[] reversedKeys = IntStream.range(0, rows).mapToLong(i -> keys[rows - 1 - i]).toArray();
    OrderedFolds other = OrderedFolds.of(reversed, reversedKeys, plan);
    assertThat(other.values()).isEqualTo(bounds.values());
    assertThat(other.keys()).isEqualTo(bounds.keys());
  }

  @Test
  void tooFewRowsAndTooWideGapsAreRefused() {
    assertThatThrownBy(() -> OrderedFolds.starts(5, plan(5, 0)))
        .isInstanceOf(ChosenRowsException.class)
        .hasMessageContaining("needs 6 stretches of rows, of 5 training rows");
    assertThatThrownBy(() -> OrderedFolds.starts(60, plan(5, 10)))
        .isInstanceOf(ChosenRowsException.class)
        .hasMessageContaining("tune.gap is 10, must be below the 10 rows");
  }

  @Test
  void numbersKeepTheirOrderAsLongs() {
    double[] ascending = {
      Double.NEGATIVE_INFINITY, -1e300, -1, -Double.MIN_VALUE, 0, Double.MIN_VALUE, 0.5, 1e300
    };
    for (int i = 1; i < ascending.length; i++) {
      assertThat(OrderColumn.bits(ascending[i])).isGreaterThan(OrderColumn.bits(ascending[i - 1]));
    }
    assertThat(OrderColumn.bits(-0.0)).isEqualTo(OrderColumn.bits(0.0));
  }
}

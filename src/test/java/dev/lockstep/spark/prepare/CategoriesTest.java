package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

class CategoriesTest {
  private static final int MOST = 100;

  /** What a task counts of so many rows, whose categories are {@code first, first + 1, ..}. */
  private static Categories counted(int first, int rows) {
    StatisticsReader reader =
        new StatisticsReader(
            new StatisticsRequest(
                List.of(),
                false,
                false,
                false,
                "",
                "",
                List.of(),
                List.of(MOST),
                List.of(),
                List.of()));
    for (int i = first; i < first + rows; i++) {
      UTF8String value = UTF8String.fromString("id-" + i);
      reader.add(new GenericInternalRow(new Object[] {0, 0, value, 0L, value}), true);
    }
    return reader.statistics().categories().get(0);
  }

  @Test
  void whatATaskSendsOfAColumnThatTellsRowsApartIsBounded() throws IOException {
    Categories categories = counted(0, 100_000);
    assertThat(categories.more()).isTrue();
    assertThat(categories.counts()).isEmpty();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(categories);
    }
    assertThat(bytes.size()).isLessThan(1000);
  }

  @Test
  void thatThereAreTooManyDoesNotDependOnThePartsAndTheirOrder() {
    int[][][] tooMany = {{{0, 101}}, {{0, 60}, {41, 60}}, {{0, 101}, {0, 1}}, {{5, 1}, {0, 101}}};
    for (int[][] parts : tooMany) {
      Categories all = merged(parts);
      assertThat(all.more()).isTrue();
      assertThat(all.counts()).isEmpty();
    }
    for (int[][] parts : new int[][][] {{{0, 100}}, {{0, 60}, {40, 60}}, {{0, 0}, {0, 100}}}) {
      Categories all = merged(parts);
      assertThat(all.more()).isFalse();
      assertThat(all.size()).isEqualTo(MOST);
    }
    assertThat(merged(new int[][] {{0, 2}, {1, 2}}).counts())
        .isEqualTo(Map.of("id-0", 1L, "id-1", 2L, "id-2", 1L));
  }

  private static Categories merged(int[][] parts) {
    Categories all = counted(0, 0);
    for (int[] part : parts) {
      all = all.merge(counted(part[0], part[1]));
    }
    return all;
  }
}

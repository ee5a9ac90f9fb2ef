package dev.lockstep.spark.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.DataException;
import dev.lockstep.spark.source.Source.InputFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
  private static final List<ListedFile> FILES =
      IntStream.range(0, 1021)
          .mapToObj(i -> new ListedFile(new InputFile("" + i, 0, 0), "file:/none/" + i))
          .toList();

  private static int number(ListedFile file) {
    return Integer.parseInt(file.input().path());
  }

  @Test
  void severalFilesAreReadAtOnceAndTakenInTheirOrder() throws IOException {
    CountDownLatch two = new CountDownLatch(2);
    AtomicInteger ahead = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Integer> taken = new ArrayList<>();
    ReadAhead.inOrder(
        FILES,
        file -> {
          two.countDown();
          await(two);
          most.accumulateAndGet(ahead.incrementAndGet(), Math::max);
          return 2 * number(file);
        },
        (number, read) -> {
          assertThat(read).isEqualTo(2 * number);
          ahead.decrementAndGet();
          taken.add(number);
        });
    assertThat(taken).isEqualTo(IntStream.range(0, FILES.size()).boxed().toList());
    assertThat(most.get()).isLessThanOrEqualTo(ReadAhead.MOST);
  }

  @Test
  void theFailureOfTheFirstFileIsToldThoughALaterOneFailsBefore() {
    CountDownLatch later = new CountDownLatch(1);
    ReadAhead.Read<Integer> read =
        file -> {
          if (number(file) == 9) {
            later.countDown();
            throw new IOException("nine");
          }
          if (number(file) == 7) {
            await(later);
            throw new DataException("seven");
          }
          return number(file);
        };
    assertThatThrownBy(() -> ReadAhead.inOrder(FILES, read, (number, found) -> {}))
        .isInstanceOf(DataException.class)
        .hasMessage("seven");
    ReadAhead.Take<Integer> refusing =
        (number, found) -> {
          if (number == 3) {
            throw new DataException("three");
          }
        };
    assertThatThrownBy(() -> ReadAhead.inOrder(FILES, read, refusing)).hasMessage("three");
    assertThatThrownBy(() -> ReadAhead.inOrder(FILES.subList(8, 12), read, (number, found) -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nine");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

package dev.lockstep.spark.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.SparseRows;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockFileTest {
  private static final BlockShape SHAPE = new BlockShape(40, 1, 64);

  @TempDir Path folder;

  private static Block block(int rows, int everyNth, boolean weighted) {
    BlockBuilder builder = new BlockBuilder(SHAPE);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < SHAPE.columns(); column += everyNth) {
        builder.entry(column, row + column / 100f);
      }
      builder.row(new float[] {row % 2}, weighted ? row + 0.5f : 1f, weighted ? -row : 0f);
    }
    return builder.build();
  }

  @Test
  void blocksComeBackFromTheFileAsTheyWere() {
    List<Block> blocks = List.of(block(64, 1, false), block(7, 9, true), block(1, 40, false));
    List<BlockFile.Place> places = new ArrayList<>();
    try (BlockFile file = BlockFile.create(folder.resolve("blocks"))) {
      blocks.forEach(block -> places.add(file.append(block)));
      for (int i = blocks.size() - 1; i >= 0; i--) {
        assertThat(file.read(places.get(i))).usingRecursiveComparison().isEqualTo(blocks.get(i));
      }
    }
    assertThat(Files.exists(folder.resolve("blocks"))).isFalse();
  }

  @Test
  void anInterruptedReaderFailsAloneAndTheNextReadsOn() throws Exception {
    Block block = block(64, 1, true);
    try (BlockFile file = BlockFile.create(folder.resolve("blocks"))) {
      BlockFile.Place place = file.append(block);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread reader =
          new Thread(
              () -> {
                Thread.currentThread().interrupt();
                file.read(place);
              });
      reader.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
      reader.start();
      reader.join();
      assertThat(failure.get()).hasRootCauseInstanceOf(ClosedByInterruptException.class);
      assertThat(file.read(place)).usingRecursiveComparison().isEqualTo(block);
    }
  }

  @Test
  void readersBesideInterruptedOnesAllGetTheirBlocks() throws Exception {
    Block block = block(64, 1, true);
    try (BlockFile file = BlockFile.create(folder.resolve("blocks"))) {
      BlockFile.Place place = file.append(block);
      AtomicBoolean over = new AtomicBoolean();
      Thread killed =
          new Thread(
              () -> {
                while (!over.get()) {
                  Thread.currentThread().interrupt();
                  try {
                    file.read(place);
                  } catch (UncheckedIOException expected) {
                    Thread.interrupted();
                  }
                }
              });
      killed.start();
      try {
        for (int i = 0; i < 500; i++) {
          assertThat(file.read(place).labels()).isEqualTo(block.labels());
        }
      } finally {
        over.set(true);
        killed.join();
      }
    }
  }

  @Test
  void aFileClosedOnPurposeIsNotOpenedAgain() {
    BlockFile file = BlockFile.create(folder.resolve("blocks"));
    BlockFile.Place place = file.append(block(1, 1, false));
    file.close();
    assertThatThrownBy(() -> file.read(place)).hasRootCauseInstanceOf(ClosedChannelException.class);
    assertThat(folder.resolve("blocks")).doesNotExist();
  }

  @Test
  void aBlockIsSparseWhereThatIsSmaller() {
    assertThat(block(10, 1, false).features()).isInstanceOf(DenseRows.class);
    assertThat(block(10, 10, false).features()).isInstanceOf(SparseRows.class);
  }

  @Test
  void denseAndSparseHoldTheSameValues() {
    DenseRows dense = (DenseRows) block(3, 1, false).features();
    SparseRows sparse = (SparseRows) block(3, 13, false).features();
    for (int entry = 0; entry < sparse.starts()[1]; entry++) {
      assertThat(sparse.values()[entry]).isEqualTo(dense.values()[sparse.indices()[entry]]);
    }
    assertThat(dense.stride()).isEqualTo(48);
    assertThat(dense.values()[2 * 48 + 39]).isEqualTo(2 + 39 / 100f);
    assertThat(dense.values()[40]).isZero();
  }

  @Test
  void onesAndZerosOfWeightAndOffsetTakeNoMemory() {
    Block plain = block(5, 1, false);
    assertThat(plain.weights()).isEmpty();
    assertThat(plain.offsets()).isEmpty();
    Block weighted = block(5, 1, true);
    assertThat(weighted.weights()).containsExactly(0.5f, 1.5f, 2.5f, 3.5f, 4.5f);
    assertThat(weighted.offsets()[4]).isEqualTo(-4f);
  }
}

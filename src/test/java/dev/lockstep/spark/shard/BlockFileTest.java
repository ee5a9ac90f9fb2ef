package dev.lockstep.spark.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.HeapRows;
import dev.lockstep.data.RowGather;
import dev.lockstep.data.Rows;
import dev.lockstep.data.SparseRows;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
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
      builder.row(
          new float[] {row % 2}, weighted ? row + 0.5f : 1f, weighted ? -row : 0f, new byte[0]);
    }
    return builder.build();
  }

  private static Block folded(Block block, int repeats) {
    byte[] folds = new byte[repeats * block.rows()];
    for (int i = 0; i < folds.length; i++) {
      folds[i] = (byte) i;
    }
    return new Block(
        block.features(),
        block.labels(),
        block.labelWidth(),
        block.weights(),
        block.offsets(),
        folds);
  }

  private static Block whole(BlockFile file, BlockPlace place) {
    return BlockReader.own().read(file, place, 0, place.rows());
  }

  /** That a block's rows are those of another from a row on. */
  private static void assertRows(Block block, Block other, int from) {
    assertThat(block.labelWidth()).isEqualTo(other.labelWidth());
    assertThat(block.weights().length > 0).isEqualTo(other.weights().length > 0);
    assertThat(block.offsets().length > 0).isEqualTo(other.offsets().length > 0);
    int repeats = other.folds().length / other.rows();
    assertThat(block.folds()).hasSize(repeats * block.rows());
    for (int row = 0; row < block.rows(); row++) {
      assertThat(features(block, row)).isEqualTo(features(other, from + row));
      int width = block.labelWidth();
      int end = (from + row + 1) * width;
      assertThat(Arrays.copyOfRange(block.labels(), row * width, (row + 1) * width))
          .isEqualTo(Arrays.copyOfRange(other.labels(), end - width, end));
      assertThat(block.weight(row)).isEqualTo(other.weight(from + row));
      assertThat(block.offset(row)).isEqualTo(other.offset(from + row));
      for (int repeat = 0; repeat < repeats; repeat++) {
        assertThat(block.folds()[repeat * block.rows() + row])
            .isEqualTo(other.folds()[repeat * other.rows() + from + row]);
      }
    }
  }

  private static List<Float> floats(float[] values, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> values[i]).toList();
  }

  /** The values of a row and, if it is sparse, where they are. */
  private static List<?> features(Block block, int row) {
    if (block.features() instanceof DenseRows dense) {
      int at = row * dense.stride();
      return List.of(floats(dense.values(), at, at + dense.stride()));
    }
    SparseRows sparse = (SparseRows) block.features();
    int from = sparse.starts()[row];
    int to = sparse.starts()[row + 1];
    return List.of(
        floats(sparse.values(), from, to),
        Arrays.stream(sparse.indices(), from, to).boxed().toList());
  }

  @Test
  void blocksComeBackFromTheFileAsTheyWere() {
    List<Block> blocks = List.of(block(64, 1, false), block(7, 9, true), block(1, 40, false));
    List<BlockPlace> places = new ArrayList<>();
    try (BlockFile file = BlockFile.create(folder.resolve("blocks"))) {
      blocks.forEach(block -> places.add(file.append(block)));
      for (int i = blocks.size() - 1; i >= 0; i--) {
        assertRows(whole(file, places.get(i)), blocks.get(i), 0);
      }
    }
    assertThat(Files.exists(folder.resolve("blocks"))).isFalse();
  }

  @Test
  void someRowsComeBackWithoutTheOthers() {
    List<Block> blocks =
        List.of(
            block(64, 1, false),
            block(64, 9, true),
            folded(block(63, 1, true), 3),
            folded(block(9, 40, false), 1));
    try (BlockFile file = BlockFile.create(folder.resolve("blocks"))) {
      for (Block block : blocks) {
        BlockPlace place = file.append(block);
        for (int from = 0; from < block.rows(); from++) {
          for (int to = from + 1; to <= block.rows(); to += 7) {
            Block read = BlockReader.own().read(file, place, from, to);
            assertThat(read.rows()).isEqualTo(to - from);
            assertRows(read, block, from);
          }
        }
      }
    }
  }

  @Test
  void rowsOfMoreBytesThanTheBufferComeBack() {
    float[] values = new float[11 * 40_000];
    float[] labels = new float[11 * 30_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
      labels[Math.min(i, labels.length - 1)] = -i;
    }
    Block dense =
        new Block(
            new DenseRows(values, 11, 40_000, 40_000),
            labels,
            30_000,
            new float[0],
            new float[0],
            new byte[0]);
    try (BlockFile file = BlockFile.create(folder.resolve("blocks"))) {
      BlockPlace place = file.append(dense);
      assertRows(BlockReader.own().read(file, place, 2, 11), dense, 2);
    }
  }

  @Test
  void gatheredRowsOfAFileAreThoseOfTheHeap() {
    List<Block> blocks = List.of(block(64, 1, true), block(64, 9, true), block(31, 1, false));
    int[] wanted = {150, 3, 64, 127, 0, 66, 158, 65, 2, 40};
    try (BlockFile file = BlockFile.create(folder.resolve("blocks"))) {
      List<BlockPlace> places = blocks.stream().map(file::append).toList();
      Rows rows = new FileRows(file, places);
      Block ofFile = new RowGather().gather(rows, wanted, wanted.length);
      Block ofHeap = new RowGather().gather(new HeapRows(64, blocks), wanted, wanted.length);
      assertRows(ofFile, ofHeap, 0);
    }
  }

  @Test
  void anInterruptedReaderFailsAloneAndTheNextReadsOn() throws Exception {
    Block block = block(64, 1, true);
    try (BlockFile file = BlockFile.create(folder.resolve("blocks"))) {
      BlockPlace place = file.append(block);
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread reader =
          new Thread(
              () -> {
                Thread.currentThread().interrupt();
                whole(file, place);
              });
      reader.setUncaughtExceptionHandler((thread, thrown) -> failure.set(thrown));
      reader.start();
      reader.join();
      assertThat(failure.get()).hasRootCauseInstanceOf(ClosedByInterruptException.class);
      assertRows(whole(file, place), block, 0);
    }
  }

  @Test
  void readersBesideInterruptedOnesAllGetTheirBlocks() throws Exception {
    Block block = block(64, 1, true);
    try (BlockFile file = BlockFile.create(folder.resolve("blocks"))) {
      BlockPlace place = file.append(block);
      AtomicBoolean over = new AtomicBoolean();
      Thread killed =
          new Thread(
              () -> {
                while (!over.get()) {
                  Thread.currentThread().interrupt();
                  try {
                    whole(file, place);
                  } catch (UncheckedIOException expected) {
                    Thread.interrupted();
                  }
                }
              });
      killed.start();
      try {
        for (int i = 0; i < 500; i++) {
          assertRows(whole(file, place), block, 0);
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
    BlockPlace place = file.append(block(1, 1, false));
    file.close();
    assertThatThrownBy(() -> whole(file, place))
        .hasRootCauseInstanceOf(ClosedChannelException.class);
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

  /** Rows of blocks in a file. */
  private record FileRows(BlockFile file, List<BlockPlace> places) implements Rows {
    @Override
    public int size() {
      return places.stream().mapToInt(BlockPlace::rows).sum();
    }

    @Override
    public int blockRows() {
      return SHAPE.blockRows();
    }

    @Override
    public Block block(int number) {
      return whole(file, places.get(number));
    }

    @Override
    public Batch batch(int number, int from, int to) {
      return Batch.of(BlockReader.own().read(file, places.get(number), from, to));
    }
  }
}

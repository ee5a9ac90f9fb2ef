package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.data.Schema;
import dev.lockstep.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run file says of the memory that its rounds take. */
class StateSizeTest {
  private static final int CLASSES = 1000;
  private static final int MOST_BLOCK_ROWS = 4096;

  @TempDir private Path folder;

  private long blockScoresBytes(long rows) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("run.conf"),
            "data { source.format = synthetic, shards = 8 }, model.kind = softmax, optimizer.kind = adam");
    RunFile run = RunFileReader.read(file.toString(), List.of(), Optional.empty());
    List<String> classes = IntStream.range(0, CLASSES).mapToObj(c -> "c" + c).toList();
    Schema schema = new Schema(List.of(), 10, List.of("y"), classes);
    return StateSize.demand(run, schema, split -> split == Split.TRAIN ? rows : rows / 10)
        .blockScoresBytes();
  }

  private long gatheredBytes(String model, int features, long rows) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("run.conf"),
            "data { source.format = synthetic, shards = 8 }, optimizer.kind = adam\n"
                + "train.batch_size = 4096, model "
                + model);
    RunFile run = RunFileReader.read(file.toString(), List.of(), Optional.empty());
    Schema schema = new Schema(List.of(), features, List.of("y"), List.of("a", "b"));
    return StateSize.demand(run, schema, split -> split == Split.TRAIN ? rows : 0).gatheredBytes();
  }

  /** A shard has 512 rows of a step, of which a pass takes 256, or more of few features. */
  @Test
  void rowsThatPassTogetherAreGatheredOfAStep() throws IOException {
    String coupled = "{ kind = mlp, hidden = [4], norm = batch, loss = cross_entropy }";
    assertThat(gatheredBytes(coupled.replace("batch", "none"), 100_000, 1_000_000)).isZero();
    assertThat(gatheredBytes(coupled, 100_000, 1_000_000)).isEqualTo(256 * 400_000L);
    assertThat(gatheredBytes(coupled, 10, 1_000_000)).isEqualTo(512 * 40L);
    assertThat(gatheredBytes(coupled, 100_000, 80)).isEqualTo(10 * 400_000L);
    assertThat(gatheredBytes("{ kind = softmax }", 100_000, 1_000_000)).isZero();
  }

  @Test
  void scoresOfABlockAreThoseOfAShardsRows() throws IOException {
    long rowBytes = CLASSES * Float.BYTES;
    assertThat(blockScoresBytes(1_000_000)).isEqualTo(MOST_BLOCK_ROWS * rowBytes);
    assertThat(blockScoresBytes(50)).isEqualTo(7 * rowBytes);
  }
}

package dev.lockstep.train.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  private static final String OLD = "checkpoints/step-000000100-000001/";
  private static final String NEW = "checkpoints/step-000000200-000001/";

  @TempDir(factory = Scratch.class)
  Path directory;

  private CommitStore store;
  private Checkpoints checkpoints;

  private static Checkpoints of(CommitStore store, String run, String attempt, int keep) {
    return new Checkpoints(store, Checkpoints.DIRECTORY, run, "configuration", attempt, keep);
  }

  private static List<Tensor> state(int seed) {
    float[] params = new float[1_500];
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < params.length; i++) {
      params[i] = (float) random.nextDouble();
    }
    return List.of(Tensor.of("params", params), Tensor.of("steps", seed));
  }

  private static ObjectNode meta(int epoch) {
    return Json.object().put("epoch", epoch);
  }

  @BeforeEach
  void saveTwo() {
    store = new LocalCommitStore(directory);
    checkpoints = of(store, "run", "000001", 2);
    checkpoints.save(100, state(100), meta(1));
    checkpoints.save(200, state(200), meta(2));
  }

  private void assertLatest(long step, int warnings, String context) {
    Checkpoints.Found found = checkpoints.latest();
    assertThat(found.checkpoint()).as(context).isPresent();
    Checkpoint checkpoint = found.checkpoint().orElseThrow();
    assertThat(checkpoint.step()).as(context).isEqualTo(step);
    assertThat(checkpoint.meta().path("epoch").asInt()).isEqualTo((int) step / 100);
    assertThat(checkpoint.tensors().get("params").floats())
        .isEqualTo(state((int) step).get(0).floats());
    assertThat(found.warnings()).as(context).hasSize(warnings);
  }

  @Test
  void theHighestStepIsTheLatestWhateverTheClocksSay() throws IOException {
    Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
    for (String name : List.of(Checkpoints.STATE, Manifest.NAME)) {
      Files.setLastModifiedTime(directory.resolve(OLD + name), FileTime.from(tomorrow));
    }
    assertLatest(200, 0, "clock");
  }

  @Test
  void olderOnesAreDeletedOnlyBeyondKeep() {
    checkpoints.save(300, state(300), meta(3));
    assertThat(store.list("checkpoints"))
        .containsExactly("step-000000200-000001", "step-000000300-000001");
    of(store, "run", "000002", 1).save(400, state(400), meta(4));
    assertThat(store.list("checkpoints")).containsExactly("step-000000400-000002");
    assertLatest(400, 0, "keep 1");
  }

  @Test
  void whatWasNeverCommittedIsNoCheckpointAndIsSweptLater() throws IOException {
    Files.delete(directory.resolve(NEW + Manifest.NAME));
    assertLatest(100, 0, "no manifest");
    of(store, "run", "000002", 2).save(200, state(200), meta(2));
    assertThat(store.list("checkpoints"))
        .containsExactly("step-000000100-000001", "step-000000200-000002");
  }

  @Test
  void aDamagedOneThatWasSavedAgainCountsForNothing() throws IOException {
    Files.write(directory.resolve(NEW + Checkpoints.STATE), new byte[9]);
    of(store, "run", "000002", 2).save(200, state(200), meta(2));
    assertThat(store.list("checkpoints"))
        .containsExactly("step-000000100-000001", "step-000000200-000002");
    assertLatest(200, 0, "saved again");
  }

  @Test
  void whatIsCommittedIsNotOverwritten() {
    assertThatThrownBy(() -> checkpoints.save(200, state(1), meta(2)))
        .isInstanceOf(IllegalStateException.class);
    assertLatest(200, 0, "not overwritten");
  }

  @Test
  void aCutAtAnyKibibyteOrHeaderByteIsDetected() throws IOException {
    Path state = directory.resolve(NEW + Checkpoints.STATE);
    byte[] whole = Files.readAllBytes(state);
    int header = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong() + 8;
    for (int cut = 0; cut < whole.length; cut += cut <= header ? 1 : 1024) {
      Files.write(state, Arrays.copyOf(whole, cut));
      assertLatest(100, 1, "cut at " + cut);
    }
    Files.write(state, Arrays.copyOf(whole, whole.length - 1));
    assertLatest(100, 1, "last byte cut");
    Files.write(state, Arrays.copyOf(whole, whole.length + 1));
    assertLatest(100, 1, "a byte added");
    Files.write(state, whole);
    assertLatest(200, 0, "whole");
  }

  @Test
  void aManifestCutAnywhereIsDetected() throws IOException {
    Path manifest = directory.resolve(NEW + Manifest.NAME);
    byte[] whole = Files.readAllBytes(manifest);
    for (int cut = 0; cut < whole.length; cut++) {
      Files.write(manifest, Arrays.copyOf(whole, cut));
      assertLatest(100, 1, "cut at " + cut);
    }
  }

  @Test
  void everyOneOfTenThousandFlippedBitsIsDetected() throws IOException {
    long seed = 20_250_101;
    SplittableRandom random = new SplittableRandom(seed);
    for (String name : List.of(Checkpoints.STATE, Manifest.NAME)) {
      Path file = directory.resolve(NEW + name);
      byte[] whole = Files.readAllBytes(file);
      for (int flip = 0; flip < 5_000; flip++) {
        int bit = random.nextInt(whole.length * 8);
        whole[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(file, whole);
        assertLatest(100, 1, "seed " + seed + ", " + name + ", bit " + bit);
        whole[bit / 8] ^= (byte) (1 << bit % 8);
      }
      Files.write(file, whole);
    }
    assertLatest(200, 0, "flipped back");
  }

  @Test
  void aMissingPayloadIsDetected() throws IOException {
    Files.delete(directory.resolve(NEW + Checkpoints.STATE));
    assertLatest(100, 1, "payload");
  }

  @Test
  void whatAnotherRunSavedIsRejected() throws IOException {
    Path elsewhere = directory.resolve("elsewhere");
    CommitStore other = new LocalCommitStore(elsewhere);
    of(other, "other run", "000001", 2).save(200, state(200), meta(2));
    Path payload = directory.resolve(NEW + Checkpoints.STATE);
    Path manifest = directory.resolve(NEW + Manifest.NAME);
    byte[] whole = Files.readAllBytes(payload);
    Files.write(payload, Files.readAllBytes(elsewhere.resolve(NEW + Checkpoints.STATE)));
    assertLatest(100, 1, "payload of another run");
    Files.write(manifest, Files.readAllBytes(elsewhere.resolve(NEW + Manifest.NAME)));
    assertLatest(100, 1, "payload and manifest of another run");
    Files.write(payload, whole);
    assertLatest(100, 1, "manifest of another run");
  }

  @Test
  void aCheckpointUnderAnotherStepsNameIsRejected() throws IOException {
    for (String name : List.of(Checkpoints.STATE, Manifest.NAME)) {
      Files.write(directory.resolve(NEW + name), Files.readAllBytes(directory.resolve(OLD + name)));
    }
    assertLatest(100, 1, "renamed");
  }

  @Test
  void everyOneDamagedIsAnErrorAndNeverARestart() throws IOException {
    Files.delete(directory.resolve(NEW + Checkpoints.STATE));
    Files.write(directory.resolve(OLD + Manifest.NAME), new byte[0]);
    assertThatThrownBy(() -> checkpoints.latest())
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("no checkpoint is whole")
        .hasMessageContaining(NEW + Checkpoints.STATE)
        .hasMessageContaining(OLD + Manifest.NAME);
  }

  @Test
  void aNewerFormatIsNamedAndNothingOlderIsTaken() throws IOException {
    Path file = directory.resolve(NEW + Manifest.NAME);
    ObjectNode node = Manifest.unframed(Files.readAllBytes(file), "here");
    node.remove("checksum");
    Files.write(file, Manifest.framed(node.put("format", 9)));
    assertThatThrownBy(() -> checkpoints.latest())
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("format 9");
  }

  @Test
  void aFullDiskIsAStorageErrorAndTheOlderCheckpointStays() throws IOException {
    Path state = directory.resolve("checkpoints/step-000000300-000001/state.safetensors");
    Files.createDirectories(state.getParent());
    Files.createSymbolicLink(state, Path.of("/dev/full"));
    assertThatThrownBy(() -> checkpoints.save(300, state(300), meta(3)))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("No space left on device")
        .hasMessageContaining(state.toString());
    assertLatest(200, 0, "full");
    assertThat(state.getParent()).as("what could not be written").doesNotExist();
  }

  @Test
  void whatWasNeverCommittedIsDeletedOnDemandAndNothingElse() throws IOException {
    store.write("checkpoints/step-000000300-000001/state.safetensors", out -> out.write(1));
    store.write("checkpoints/notes/a", out -> out.write(1));
    Files.write(directory.resolve(NEW + Manifest.NAME), new byte[0]);
    checkpoints.deleteUncommitted();
    assertThat(store.list("checkpoints"))
        .containsExactly("notes", "step-000000100-000001", "step-000000200-000001");
  }

  @Test
  void aDamagedOneIsNotKeptInsteadOfAWholeOne() throws IOException {
    Path state = directory.resolve(NEW + Checkpoints.STATE);
    byte[] bytes = Files.readAllBytes(state);
    bytes[bytes.length / 2] ^= 1;
    Files.write(state, bytes);
    assertLatest(100, 1, "a bit flipped");
    checkpoints.save(300, state(300), meta(3));
    assertThat(store.list("checkpoints"))
        .containsExactly("step-000000100-000001", "step-000000300-000001");
    Files.write(directory.resolve(OLD + Checkpoints.STATE), new byte[9]);
    of(store, "run", "000001", 3).save(400, state(400), meta(4));
    assertThat(store.list("checkpoints"))
        .as("cut since it was found whole")
        .containsExactly("step-000000300-000001", "step-000000400-000001");
  }

  @Test
  void aManifestThatNamesFilesOutsideIsRejected() throws IOException {
    Path file = directory.resolve(NEW + Manifest.NAME);
    ObjectNode whole = Manifest.unframed(Files.readAllBytes(file), "here");
    whole.remove("checksum");
    for (String name : List.of("../x", "/etc/passwd", "a/../../x", "", "a//b", "..\\x", ".")) {
      ObjectNode node = whole.deepCopy();
      node.withObject("files").putObject(name).put("bytes", 1).put("sha256", "");
      Files.write(file, Manifest.framed(node));
      assertLatest(100, 1, name);
    }
  }

  @Test
  void aManifestIsPlainJson() throws IOException {
    String text = Files.readString(directory.resolve(NEW + Manifest.NAME), StandardCharsets.UTF_8);
    ObjectNode node = Json.parse(text.getBytes(StandardCharsets.UTF_8), "here");
    assertThat(node.path("files").path(Checkpoints.STATE).path("sha256").asText()).hasSize(64);
    assertThat(node.path("checksum").asText()).hasSize(64);
  }
}

package dev.lockstep.train.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnedRunTest {
  private static final RunDescription.InputFile A = new RunDescription.InputFile("a.csv", 10, 1);
  private static final RunDescription.InputFile B = new RunDescription.InputFile("b.csv", 20, 2);

  @TempDir(factory = Scratch.class)
  Path directory;

  private RunDirectory run() {
    return RunDirectory.at(directory.resolve("run").toString(), new Configuration());
  }

  private static ObjectNode configuration(String json) {
    return Json.parse(json.getBytes(java.nio.charset.StandardCharsets.UTF_8), "test");
  }

  private static RunDescription of(String json, RunDescription.InputFile... input) {
    return new RunDescription(configuration(json), 4, Map.of("java", "17"), List.of(input));
  }

  private List<String> begin(RunDescription description) {
    try (OwnedRun run = run().claim(TinyTraining.TIMING)) {
      return run.begin(description, 1);
    }
  }

  @Test
  void whatWasRecordedIsReadBack() {
    RunDescription description = of("{\"seed\":7,\"a\":{\"b\":[1,2.5,null,\"x\"]}}", A, B);
    assertThat(begin(description)).isEmpty();
    assertThat(run().recorded().orElseThrow().description()).isEqualTo(description);
    assertThat(begin(description)).isEmpty();
  }

  @Test
  void aConfigurationOfMapsIsTheSameAfterReading() {
    Map<String, Object> maps =
        Map.of("a", 1L, "b", 0.1f, "c", List.of(1e-4, "x", true), "d", Map.of("e", List.of()));
    RunDescription description = RunDescription.of(maps, 4, Map.of(), List.of(A));
    begin(description);
    assertThat(begin(RunDescription.of(maps, 4, Map.of(), List.of(A)))).isEmpty();
    assertThat(run().recorded().orElseThrow().description().configHash())
        .isEqualTo(description.configHash());
  }

  @Test
  void aChangedConfigurationIsRefusedWithEachDifference() {
    begin(of("{\"seed\":7,\"optimizer\":{\"rate\":0.1},\"list\":[{\"a\":1}],\"gone\":true}"));
    RunDescription changed =
        of("{\"seed\":8,\"optimizer\":{\"rate\":0.2},\"list\":[{\"a\":1},{\"a\":2}]}");
    assertThatThrownBy(() -> begin(changed))
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .containsExactlyInAnyOrder(
                        changed("seed was 7, is 8"),
                        changed("optimizer.rate was 0.1, is 0.2"),
                        changed("list[1].a was absent, is 2"),
                        changed("gone was true, is absent")));
    RunDescription shards =
        new RunDescription(configuration("{}"), 8, Map.of("java", "17"), List.of());
    assertThatThrownBy(() -> begin(shards)).hasMessageContaining("shards was 4, is 8");
  }

  private String changed(String difference) {
    return "resume with changed configuration: %s, in %s: restore it, or give another output or --run-id"
        .formatted(difference, run().location());
  }

  @Test
  void anOwnerThatWasOvertakenBeforeItBeganIsToldSoWhateverTheOtherRecorded() {
    CommitStore store = new LocklessStore(new LocalCommitStore(directory.resolve("run")));
    try (OwnedRun paused = new RunDirectory(store).claim(TinyTraining.TIMING)) {
      try (OwnedRun next = new RunDirectory(store).claim(TinyTraining.TIMING)) {
        next.begin(of("{\"seed\":8}"), 1);
      }
      assertThatThrownBy(() -> paused.begin(of("{\"seed\":7}"), 1))
          .isInstanceOf(RunOwnedException.class);
    }
  }

  @Test
  void whatTouchesNoBitsMayChange() {
    begin(
        of(
            "{\"seed\":7,\"engine\":{\"kind\":\"job\"},\"output\":\"a\",\"checkpoint\":{\"keep\":1}}"));
    assertThat(begin(of("{\"seed\":7,\"engine\":{\"kind\":\"gang\"},\"checkpoint\":{\"keep\":2}}")))
        .isEmpty();
  }

  @Test
  void theExchangeTouchesBitsAndTheKindOfEngineDoesNot() {
    begin(of("{\"engine\":{\"kind\":\"job\",\"exchange\":\"bf16\"}}"));
    assertThat(begin(of("{\"engine\":{\"kind\":\"gang\",\"exchange\":\"bf16\"}}"))).isEmpty();
    assertThatThrownBy(() -> begin(of("{\"engine\":{\"kind\":\"job\",\"exchange\":\"float32\"}}")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(changed("engine.exchange was \"bf16\", is \"float32\""));
  }

  @Test
  void anotherVersionIsWarnedAbout() {
    begin(of("{}"));
    RunDescription later =
        new RunDescription(configuration("{}"), 4, Map.of("java", "21"), List.of());
    assertThat(begin(later)).singleElement().asString().contains("java was 17, is 21");
  }

  @Test
  void changedInputIsRefusedNamingEachFile() {
    begin(of("{}", A, B));
    RunDescription.InputFile longer = new RunDescription.InputFile("a.csv", 11, 1);
    RunDescription.InputFile added = new RunDescription.InputFile("c.csv", 1, 1);
    assertThatThrownBy(() -> begin(of("{}", longer, added)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.csv was 10 bytes")
        .hasMessageContaining("is 11 bytes")
        .hasMessageContaining("b.csv was 20 bytes")
        .hasMessageContaining("c.csv was absent");
  }

  @Test
  void aDamagedRecordIsAnIntegrityError() throws IOException {
    begin(of("{}"));
    Path file = directory.resolve("run/run.json");
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < bytes.length; i += 7) {
      bytes[i] ^= 1;
      Files.write(file, bytes);
      assertThatThrownBy(() -> begin(of("{}"))).isInstanceOf(IntegrityException.class);
      bytes[i] ^= 1;
    }
    Files.delete(file);
    begin(of("{}"));
  }

  @Test
  void aMissingRecordBesideCheckpointsIsAnIntegrityError() throws IOException {
    CommitStore store = new LocalCommitStore(directory.resolve("run"));
    TinyTraining.run(store, new AtomicInteger());
    Files.delete(directory.resolve("run/run.json"));
    assertThatThrownBy(() -> begin(of("{}")))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("run.json: is missing");
  }

  @Test
  void aDamagedCheckpointCostsAWarningAndNotOneBitOrMetricsLine() throws IOException {
    CommitStore wanted = new LocalCommitStore(directory.resolve("undisturbed"));
    TinyTraining.run(wanted, new AtomicInteger());
    CommitStore store = new LocalCommitStore(directory.resolve("run"));
    TinyTraining.run(store, new AtomicInteger());
    Files.delete(directory.resolve("run/result.json"));
    Files.write(
        directory.resolve("run/checkpoints/step-000000006-000001/state.safetensors"), new byte[9]);
    AtomicInteger computed = new AtomicInteger();
    assertThat(TinyTraining.run(store, computed))
        .singleElement()
        .asString()
        .startsWith("checkpoint of step 6 is damaged")
        .contains("the one before it is used");
    assertThat(computed).hasValue(TinyTraining.INTERVAL);
    assertThat(TinyTraining.seen(store)).isEqualTo(TinyTraining.seen(wanted));
  }

  @Test
  void aPausedOwnerThatWakesWhileItsPipelineIsWrittenLeavesTheModelAlone() {
    CommitStore store = new LocklessStore(new LocalCommitStore(directory.resolve("run")));
    List<Tensor> tensors = List.of(Tensor.of("params", 1f));
    try (OwnedRun paused = new RunDirectory(store).claim(TinyTraining.TIMING)) {
      paused.begin(of("{}"), 1);
      assertThatThrownBy(
              () ->
                  paused.saveModel(
                      Json.object(),
                      tensors,
                      Map.of(),
                      uri -> {
                        List<String> committed = List.of();
                        try (OwnedRun next = new RunDirectory(store).claim(TinyTraining.TIMING)) {
                          next.begin(of("{}"), 1);
                          next.saveModel(
                              Json.object(), tensors, Map.of(), other -> pipeline(other, "b"));
                          committed = store.files("");
                        }
                        pipeline(uri, "a");
                        assertThat(committed).contains("model/pipeline/part-0");
                      }))
          .isInstanceOf(RunOwnedException.class);
    }
    assertThat(store.read("model/pipeline/part-0", 9)).hasValue("b".getBytes(UTF_8));
    assertThat(new RunDirectory(store).model().read().tensors()).containsOnlyKeys("params");
  }

  /** Writes a pipeline as Spark does, past the run's store. */
  private static void pipeline(String uri, String content) {
    try {
      Path part = Files.createDirectories(Path.of(java.net.URI.create(uri))).resolve("part-0");
      Files.writeString(part, content);
      Files.writeString(part.resolveSibling(".part-0.crc"), content);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void anotherRunsModelInTheWayIsNotOverwritten() {
    CommitStore store = new LocalCommitStore(directory.resolve("run"));
    ModelDirectory model = new ModelDirectory(store, ModelDirectory.NAME);
    model.begin();
    model.write(Json.object(), List.of(Tensor.of("params", 1f)), Map.of());
    model.commit("another run", "");
    assertThatThrownBy(() -> TinyTraining.run(store, new AtomicInteger()))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("another model");
  }

  @Test
  void whoFollowsTheAdviceOnADamagedFileGetsTheSameRun() throws IOException {
    CommitStore store = new LocalCommitStore(directory.resolve("run"));
    TinyTraining.run(store, new AtomicInteger());
    List<String> whole = TinyTraining.seen(store);
    store.replace("result.json", new byte[0]);
    assertThatThrownBy(() -> TinyTraining.run(store, new AtomicInteger()))
        .isInstanceOf(IntegrityException.class)
        .hasMessageEndingWith("restore it, or delete it and run the same command again");
    store.delete("result.json");
    store.replace("model/model.safetensors", new byte[9]);
    assertThatThrownBy(() -> TinyTraining.run(store, new AtomicInteger()))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining("model.safetensors: has 9 bytes")
        .hasMessageEndingWith("move the model away and run the same command again");
    store.delete("model");
    TinyTraining.run(store, new AtomicInteger());
    assertThat(TinyTraining.seen(store)).isEqualTo(whole);
    store.replace("run.json", new byte[9]);
    assertThatThrownBy(() -> new RunDirectory(store).recorded())
        .isInstanceOf(IntegrityException.class)
        .hasMessageEndingWith("restore it, or give another output or --run-id");
  }

  @Test
  void everyChangeToAModelIsSeenWhenItIsRead() throws IOException {
    CommitStore store = new LocalCommitStore(directory.resolve("run"));
    TinyTraining.run(store, new AtomicInteger());
    CommitStore copy = CommitStores.open(directory.resolve("run/model").toString());
    ModelDirectory model = new ModelDirectory(copy, "");
    assertThat(model.read().tensors()).containsOnlyKeys("params");
    for (String name : copy.files("")) {
      Path file = directory.resolve("run/model").resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 4;
      Files.write(file, bytes);
      assertThatThrownBy(model::read).as(name).isInstanceOf(IntegrityException.class);
      Files.delete(file);
      assertThatThrownBy(model::read).as(name).isInstanceOf(IntegrityException.class);
      bytes[bytes.length / 2] ^= 4;
      Files.write(file, bytes);
      model.read();
    }
    Files.write(directory.resolve("run/model/pipeline/part-1"), new byte[1]);
    assertThatThrownBy(model::read).hasMessageContaining("part-1");
  }

  @Test
  void aResultFileIsPutInPlaceWhole() {
    Configuration hadoop = new Configuration();
    String uri = directory.resolve("deep/result.json").toString();
    ResultFile.write(uri, Json.object().put("exit_code", 1), hadoop);
    ResultFile.write(uri, Json.object().put("exit_code", 0), hadoop);
    assertThat(directory.resolve("deep/result.json")).content().contains("\"exit_code\" : 0");
    assertThat(directory.resolve("deep")).isDirectoryNotContaining("glob:**.tmp");
  }
}

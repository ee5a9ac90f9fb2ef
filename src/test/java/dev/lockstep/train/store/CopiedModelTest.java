package dev.lockstep.train.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.InputMissingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The copy that a run makes of the model that it starts from. */
class CopiedModelTest {
  private static final String COPY = "run/init/a";

  @TempDir(factory = Scratch.class)
  Path directory;

  private OwnedRun claim() {
    return RunDirectory.at(directory.resolve("run").toString(), new Configuration())
        .claim(TinyTraining.TIMING);
  }

  private ModelDirectory trained(String name, float value) {
    CommitStore store = CommitStores.open(directory.resolve(name).toString());
    ModelDirectory model = new ModelDirectory(store, "");
    model.begin();
    model.write(
        Json.object().put("name", name), List.of(Tensor.of("params", value)), Map.of("f", bytes()));
    store.write("pipeline/stages/0/part-0", out -> out.write(bytes()));
    model.commit(name, "");
    return model;
  }

  private static byte[] bytes() {
    return new byte[] {1, 2, 3};
  }

  private static ModelDirectory gone() {
    throw new InputMissingException("the model is gone");
  }

  private static ModelDirectory copy(OwnedRun run, String name, Supplier<ModelDirectory> original) {
    return new InitialCopies(run.store(), false).copy(name, original);
  }

  private static float value(ModelDirectory copy) {
    return copy.read().tensors().get("params").floats()[0];
  }

  private static void begin(OwnedRun run) {
    run.begin(new RunDescription(Json.object(), 4, Map.of(), List.of()), 1);
  }

  @Test
  void itIsMadeAnewUntilTheRunHasBegunAndStaysThen() {
    try (OwnedRun run = claim()) {
      assertThat(value(copy(run, "a", () -> trained("first", 1)))).isEqualTo(1);
    }
    try (OwnedRun run = claim()) {
      assertThatThrownBy(() -> copy(run, "a", CopiedModelTest::gone))
          .isInstanceOf(InputMissingException.class);
      ModelDirectory copy = copy(run, "a", () -> trained("second", 2));
      assertThat(value(copy)).isEqualTo(2);
      assertThat(copy.read().description().path("name").asText()).isEqualTo("second");
      assertThat(copy.file("f")).isEqualTo(bytes());
      assertThat(directory.resolve(COPY).resolve("pipeline/stages/0/part-0"))
          .hasBinaryContent(bytes());
      begin(run);
    }
    try (OwnedRun run = claim()) {
      assertThat(value(copy(run, "a", CopiedModelTest::gone))).isEqualTo(2);
      assertThat(value(copy(run, "b", () -> trained("third", 3)))).isEqualTo(3);
    }
  }

  @Test
  void aDamagedModelIsNotCopied() throws IOException {
    ModelDirectory model = trained("first", 1);
    Files.write(directory.resolve("first/f"), new byte[] {1, 2, 4});
    try (OwnedRun run = claim()) {
      assertThatThrownBy(() -> copy(run, "a", () -> model))
          .isInstanceOf(IntegrityException.class)
          .hasMessageContaining("first/f: SHA-256 is")
          .hasMessageEndingWith("; restore the model's directory, or train the model again");
      Files.delete(directory.resolve("first/f"));
      assertThatThrownBy(() -> copy(run, "a", () -> model))
          .isInstanceOf(IntegrityException.class)
          .hasMessageContaining("first/f: is missing")
          .hasMessageEndingWith("; restore the model's directory, or train the model again");
    }
    assertThat(directory.resolve(COPY).resolve(Manifest.NAME)).doesNotExist();
  }

  @Test
  void checkpointsWithoutItAreAnIntegrityError() {
    TinyTraining.run(new LocalCommitStore(directory.resolve("run")), new AtomicInteger());
    try (OwnedRun run = claim()) {
      assertThatThrownBy(() -> copy(run, "a", () -> trained("first", 1)))
          .isInstanceOf(IntegrityException.class)
          .hasMessageContaining("init/a: is missing, though the run has begun");
    }
  }
}

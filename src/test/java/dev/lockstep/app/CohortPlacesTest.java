package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.train.store.Checkpoint;
import dev.lockstep.train.store.CommitStore;
import dev.lockstep.train.store.CommitStores;
import dev.lockstep.train.store.FaultyStore;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.NewerFormatException;
import dev.lockstep.train.store.OwnedRun;
import dev.lockstep.train.store.RunDescription;
import dev.lockstep.train.store.RunDirectory;
import dev.lockstep.train.store.Scratch;
import dev.lockstep.train.store.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checkpoints of cohorts under faults and damage. */
class CohortPlacesTest {
  private static final int WAVES = 2;
  private static final int COHORTS = 2;
  private static final int STEPS = 4;
  private static final int INTERVAL = 2;
  private static final String ENDED = "ended";

  private static final RunFile RUN =
      new RunFileText(
              "run.conf",
              """
              data { source { format = synthetic, task = binary, rows = 9, features = 2 } }
              model { kind = logistic }
              optimizer { kind = lbfgs }
              output = nowhere
              """,
              List.of(),
              Optional.empty())
          .bind(List.of());

  @TempDir(factory = Scratch.class)
  private Path folder;

  private final List<String> warnings = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(FaultyStore.Fault.class)
  void afterAnyFaultAtAnyOperationTheSameCommandEndsTheStudy(FaultyStore.Fault fault) {
    int victim = 1;
    for (boolean struck = true; struck; victim++) {
      CommitStore store = store("run");
      FaultyStore faulty = new FaultyStore(store, fault, victim);
      AtomicInteger computed = new AtomicInteger();
      try {
        study(faulty, computed);
      } catch (FaultyStore.Halt | RuntimeException e) {
        assertThat(faulty.struck()).as("operation %d: %s", victim, e).isTrue();
      }
      faulty.reap();
      struck = faulty.struck();
      study(store, computed);
      assertThat(warnings).as("operation %d", victim).isEmpty();
      assertThat(store.files(CohortPlaces.DIRECTORY)).as("operation %d", victim).isEmpty();
      assertThat(computed.get())
          .as("operation %d: steps, at most one interval of them twice", victim)
          .isBetween(WAVES * COHORTS * STEPS, WAVES * COHORTS * STEPS + INTERVAL);
      store.delete("");
    }
    assertThat(victim).as("operations of a study").isGreaterThan(100);
  }

  /** What a study does with its cohorts' checkpoints: waves of trials of two folds each. */
  private void study(CommitStore store, AtomicInteger computed) {
    try (OwnedRun run = claim(store)) {
      CohortPlaces places = new CohortPlaces(run, warnings::add);
      for (int wave = 0; wave < WAVES; wave++) {
        List<Integer> open = new ArrayList<>();
        for (int trial = wave * COHORTS; trial < (wave + 1) * COHORTS; trial++) {
          if (run.store().size(ENDED + trial).isEmpty()) {
            open.add(trial);
          }
        }
        if (open.isEmpty()) {
          continue; // a wave that has ended is not started again
        }
        Map<TrialSeat.Id, String> found = places.find(ids(open));
        while (!open.isEmpty()) {
          train(places, found, open.get(0), computed);
          run.store().replace(ENDED + open.remove(0), new byte[1]);
          if (open.isEmpty()) {
            places.deleteAll();
          } else {
            places.delete(places.place(seats(open.get(0) - 1).get(0)));
          }
        }
      }
      places.deleteAll();
    }
  }

  private static void train(
      CohortPlaces places, Map<TrialSeat.Id, String> found, int trial, AtomicInteger computed) {
    List<TrialSeat> seats = seats(trial);
    String place = places.place(seats.get(0));
    Optional<Checkpoint> from =
        Optional.ofNullable(found.get(seats.get(0).id())).flatMap(places::newest);
    for (long step = from.map(Checkpoint::step).orElse(0L) + 1; step <= STEPS; step++) {
      computed.incrementAndGet();
      if (step % INTERVAL == 0) {
        save(places, place, seats, step);
      }
    }
  }

  private static void save(CohortPlaces places, String place, List<TrialSeat> seats, long step) {
    ObjectNode meta = Results.object();
    CohortPlaces.putSeats(meta, seats);
    places.at(place).save(step, List.of(Tensor.of("params", (float) step)), meta);
  }

  @Test
  void whatADeletionHasLeftOfAPlaceThatNobodyNeedsIsNoDamage() throws IOException {
    CommitStore store = store("run");
    try (OwnedRun run = claim(store)) {
      CohortPlaces places = new CohortPlaces(run, warnings::add);
      save(places, places.place(seats(0).get(0)), seats(0), 2);
      Files.delete(one("state.safetensors"));
      assertThat(places.find(ids(List.of(1)))).isEmpty();
      assertThat(store.files(CohortPlaces.DIRECTORY)).isEmpty();
      assertThat(warnings).isEmpty();
    }
  }

  @Test
  void whereAnotherPlaceServesADamagedOneIsToldAndLeftInPlace() throws IOException {
    CommitStore store = store("run");
    try (OwnedRun run = claim(store)) {
      CohortPlaces places = new CohortPlaces(run, warnings::add);
      save(places, places.place(seats(0).get(0)), seats(0), 2);
    }
    Path damaged = one("state.safetensors");
    try (OwnedRun run = claim(store)) {
      CohortPlaces places = new CohortPlaces(run, warnings::add);
      String place = places.place(seats(0).get(0));
      save(places, place, seats(0), 4);
      Files.write(damaged, new byte[9]);
      assertThat(places.find(ids(List.of(0, 1)))).hasSize(2).containsValue(place);
      assertThat(warnings)
          .singleElement()
          .asString()
          .contains(damaged.toString(), "another checkpoint is used");
      assertThat(damaged).exists();
    }
  }

  @Test
  void aPlaceThatFallsBackSaysSoAndSavesItsStepAgain() throws IOException {
    try (OwnedRun run = claim(store("run"))) {
      CohortPlaces places = new CohortPlaces(run, warnings::add);
      String place = places.place(seats(0).get(0));
      save(places, place, seats(0), 2);
      Path older = one("state.safetensors");
      save(places, place, seats(0), 4);
      Path newer =
          files("state.safetensors").stream().filter(f -> !f.equals(older)).findAny().orElseThrow();
      Files.write(newer, new byte[9]);
      assertThat(places.newest(place).orElseThrow().step()).isEqualTo(2);
      assertThat(warnings).singleElement().asString().contains("step 4 is damaged", place);
      save(places, place, seats(0), 4);
      assertThat(places.newest(place).orElseThrow().step()).isEqualTo(4);
      assertThat(warnings).hasSize(1);
    }
  }

  @Test
  void seatsThatAreLostAreAnErrorWhichSaysWhatToDo() throws IOException {
    try (OwnedRun run = claim(store("run"))) {
      CohortPlaces places = new CohortPlaces(run, warnings::add);
      save(places, places.place(seats(0).get(0)), seats(0), 2);
      Path state = one("state.safetensors");
      Files.write(state, new byte[9]);
      assertThatThrownBy(() -> places.find(ids(List.of(0, 1))))
          .isInstanceOf(IntegrityException.class)
          .hasMessageContaining(state.toString())
          .hasMessageContaining(
              "restore these files, or delete their directories to train 2 members anew")
          .hasMessageNotContaining("another output");
      assertThat(state).exists();
    }
  }

  @Test
  void aNewerFormatEndsTheStudyAndIsNeverDeleted() throws Exception {
    try (OwnedRun run = claim(store("run"))) {
      CohortPlaces places = new CohortPlaces(run, warnings::add);
      save(places, places.place(seats(0).get(0)), seats(0), 2);
      Path manifest = one("MANIFEST.json");
      Files.writeString(manifest, newer(Files.readString(manifest)));
      assertThatThrownBy(() -> places.find(ids(List.of(0))))
          .isInstanceOf(NewerFormatException.class)
          .hasMessageContaining("is of format 9");
      assertThat(manifest).exists();
    }
  }

  /** A manifest of a newer format, its checksum put right. */
  private static String newer(String manifest) throws NoSuchAlgorithmException {
    String frame = ",\n  \"checksum\" : \"";
    String body =
        manifest.substring(0, manifest.indexOf(frame)).replace("\"format\" : 1", "\"format\" : 9");
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
    return body + frame + HexFormat.of().formatHex(hash) + "\"\n}\n";
  }

  private CommitStore store(String name) {
    return CommitStores.open(folder.resolve(name).toUri().toString());
  }

  private static OwnedRun claim(CommitStore store) {
    OwnedRun run = new RunDirectory(store).claim();
    try {
      run.begin(RunDescription.of(Map.of("seed", 1), 1, Map.of(), List.of()), 2);
      return run;
    } catch (RuntimeException | Error e) {
      run.close();
      throw e;
    }
  }

  private Path one(String name) throws IOException {
    List<Path> found = files(name);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private List<Path> files(String name) throws IOException {
    try (var files = Files.walk(folder.resolve("run").resolve(CohortPlaces.DIRECTORY))) {
      return files.filter(file -> file.endsWith(name)).sorted().toList();
    }
  }

  private static Set<TrialSeat.Id> ids(List<Integer> trials) {
    return trials.stream()
        .flatMap(trial -> seats(trial).stream())
        .map(TrialSeat::id)
        .collect(Collectors.toSet());
  }

  private static List<TrialSeat> seats(int trial) {
    return IntStream.range(0, 2)
        .mapToObj(fold -> new TrialSeat(new TrialSeat.Id(trial, fold), fold, RUN, "log_loss"))
        .toList();
  }
}

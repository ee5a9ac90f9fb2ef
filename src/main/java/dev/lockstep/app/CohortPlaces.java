package dev.lockstep.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.train.store.Checkpoint;
import dev.lockstep.train.store.Checkpoints;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.OwnedRun;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where the cohorts of a study keep their checkpoints: {@code study/cohorts/<attempt>-<trial>-<fold
 * of its first seat>/}. A cohort of one attempt never writes where another one's checkpoints are,
 * since that cohort may have been a larger one, from which several go on. Safe for threads.
 */
final class CohortPlaces {
  private static final String DIRECTORY = "study/cohorts";

  /** In a checkpoint's meta values: which seats it holds, in order of its members. */
  private static final String SEATS = "seats";

  private final OwnedRun owned;

  /** The places of a run that has begun. */
  CohortPlaces(OwnedRun owned) {
    this.owned = owned;
  }

  /** The place of a cohort of this attempt. */
  String place(TrialSeat first) {
    return "%s/%06d-%06d-%03d"
        .formatted(DIRECTORY, owned.attempt(), first.id().trial(), first.id().fold());
  }

  /** The checkpoints of a place. */
  Checkpoints at(String place) {
    return owned.checkpoints(place);
  }

  /** Forgets the checkpoints of a cohort. */
  void delete(String place) {
    owned.store().delete(place);
  }

  /** Forgets all of them. */
  void deleteAll() {
    owned.store().delete(DIRECTORY);
  }

  /** Puts which seats a checkpoint holds. */
  static void putSeats(ObjectNode meta, List<TrialSeat> seats) {
    for (TrialSeat seat : seats) {
      meta.withArray(SEATS)
          .addObject()
          .put("trial", seat.id().trial())
          .put("fold", seat.id().fold())
          .put("trouble", seat.trouble());
    }
  }

  /** The seats of a checkpoint, in order of its members, and why each diverged. */
  static Map<TrialSeat.Id, Member> members(Checkpoint checkpoint) {
    Map<TrialSeat.Id, Member> members = new HashMap<>();
    for (JsonNode seat : checkpoint.meta().path(SEATS)) {
      TrialSeat.Id id = new TrialSeat.Id(seat.path("trial").asInt(), seat.path("fold").asInt());
      members.put(id, new Member(members.size(), seat.path("trouble").asText()));
    }
    return members;
  }

  /**
   * A member of a checkpoint.
   *
   * @param trouble why it diverged; empty if it did not
   */
  record Member(int number, String trouble) {}

  /**
   * Finds the place from which each seat may go on: the one where it has come furthest. Places that
   * no seat needs are deleted.
   *
   * @param warnings told of damaged checkpoints where an older one serves
   * @return without the seats that begin anew
   * @throws IntegrityException if all checkpoints of a place are damaged, and a seat that is not
   *     found elsewhere may have been there
   */
  Map<TrialSeat.Id, String> find(Collection<TrialSeat> seats, Consumer<String> warnings) {
    Map<TrialSeat.Id, String> found = new HashMap<>();
    Map<TrialSeat.Id, Long> steps = new HashMap<>();
    List<IntegrityException> damaged = new ArrayList<>();
    List<String> places =
        owned.store().list(DIRECTORY).stream().map(name -> DIRECTORY + "/" + name).toList();
    for (String place : places) {
      try {
        Checkpoints.Found latest = at(place).latest();
        latest.warnings().forEach(warnings);
        latest.checkpoint().ifPresent(checkpoint -> take(checkpoint, place, found, steps));
      } catch (IntegrityException e) {
        damaged.add(e);
      }
    }
    found.keySet().retainAll(seats.stream().map(TrialSeat::id).toList());
    if (!damaged.isEmpty() && found.size() < seats.size()) {
      throw new IntegrityException(
          damaged.get(0).getMessage() + "; without them its trials begin anew: delete them then",
          damaged.get(0));
    }
    Set<String> needed = new HashSet<>(found.values());
    places.stream().filter(place -> !needed.contains(place)).forEach(this::delete);
    return found;
  }

  private static void take(
      Checkpoint checkpoint,
      String place,
      Map<TrialSeat.Id, String> found,
      Map<TrialSeat.Id, Long> steps) {
    for (TrialSeat.Id id : members(checkpoint).keySet()) {
      if (checkpoint.step() > steps.getOrDefault(id, -1L)) {
        steps.put(id, checkpoint.step());
        found.put(id, place);
      }
    }
  }

  /** The newest checkpoint of a place. */
  Optional<Checkpoint> newest(String place) {
    return at(place).latest().checkpoint();
  }
}

package dev.lockstep.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.train.store.Checkpoint;
import dev.lockstep.train.store.Checkpoints;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.OwnedRun;
import java.util.ArrayList;
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
  /** Under the run's directory. */
  static final String DIRECTORY = "study/cohorts";

  /** In a checkpoint's meta values: which seats it holds, in order of its members. */
  private static final String SEATS = "seats";

  private final OwnedRun owned;
  private final Consumer<String> warnings;

  /**
   * The places of a run; all but {@link #deleteAll} once it has begun.
   *
   * @param warnings told of damaged checkpoints where others serve
   */
  CohortPlaces(OwnedRun owned, Consumer<String> warnings) {
    this.owned = owned;
    this.warnings = warnings;
  }

  private List<String> places() {
    return owned.store().list(DIRECTORY).stream().map(name -> DIRECTORY + "/" + name).toList();
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
    Checkpoints.deleteAll(owned.store(), place);
  }

  /** Forgets all of them. */
  void deleteAll() {
    places().forEach(this::delete);
    owned.store().delete(DIRECTORY);
  }

  /** Puts which seats a checkpoint holds. */
  static void putSeats(ObjectNode meta, List<TrialSeat> seats) {
    for (TrialSeat seat : seats) {
      meta.withArray(SEATS)
          .addObject()
          .put("trial", seat.id().trial())
          .put("fold", seat.id().fold())
          .put("trouble", seat.trouble())
          .put("failure", seat.failure().orElse(""));
    }
  }

  /** The seats of a checkpoint by its meta values, in order of its members. */
  static Map<TrialSeat.Id, Member> members(ObjectNode meta) {
    Map<TrialSeat.Id, Member> members = new HashMap<>();
    for (JsonNode seat : meta.path(SEATS)) {
      TrialSeat.Id id = new TrialSeat.Id(seat.path("trial").asInt(), seat.path("fold").asInt());
      String trouble = seat.path("trouble").asText();
      members.put(id, new Member(members.size(), trouble, seat.path("failure").asText()));
    }
    return members;
  }

  /**
   * A member of a checkpoint.
   *
   * @param trouble why it diverged; empty if it did not
   * @param failure why it could not be trained; empty if it could
   */
  record Member(int number, String trouble, String failure) {}

  /**
   * Finds the place from which each seat may go on: the one where it has come furthest. Places that
   * no seat needs are deleted, unless they are damaged.
   *
   * @param open the seats
   * @return without the seats that begin anew
   * @throws IntegrityException if all checkpoints of a place are damaged, and a seat that is not
   *     found elsewhere may have been there; or if one is of a newer format
   */
  Map<TrialSeat.Id, String> find(Set<TrialSeat.Id> open) {
    Map<TrialSeat.Id, String> found = new HashMap<>();
    Map<TrialSeat.Id, Long> steps = new HashMap<>();
    Set<TrialSeat.Id> lost = new HashSet<>();
    List<String> damages = new ArrayList<>();
    Set<String> kept = new HashSet<>();
    List<String> places = places();
    for (String place : places) {
      Set<TrialSeat.Id> there = new HashSet<>();
      Checkpoints.Found latest = at(place).latestWithoutTensors(meta -> sits(meta, open, there));
      if (!latest.warnings().isEmpty()) {
        damages.add(owned.store().where(place) + ": " + String.join("; ", latest.warnings()));
        kept.add(place);
      }
      if (latest.checkpoint().isPresent()) {
        take(latest.checkpoint().get(), place, found, steps);
      } else if (!latest.warnings().isEmpty()) {
        lost.addAll(there.isEmpty() ? open : there); // no manifest can be read: any may be there
      }
    }
    found.keySet().retainAll(open);
    lost.removeAll(found.keySet());
    if (!lost.isEmpty()) {
      throw new IntegrityException(
          "%s; no other checkpoint serves: restore these files, or delete their directories to train %d members anew"
              .formatted(String.join("; ", damages), lost.size()));
    }
    damages.forEach(damage -> warnings.accept(damage + "; another checkpoint is used"));
    kept.addAll(found.values());
    places.stream().filter(place -> !kept.contains(place)).forEach(this::delete);
    kept.forEach(place -> at(place).deleteUncommitted());
    return found;
  }

  /** Whether seats of a checkpoint are open; adds those that are. */
  private static boolean sits(ObjectNode meta, Set<TrialSeat.Id> open, Set<TrialSeat.Id> there) {
    Set<TrialSeat.Id> sitting = new HashSet<>(members(meta).keySet());
    sitting.retainAll(open);
    there.addAll(sitting);
    return !sitting.isEmpty();
  }

  private static void take(
      Checkpoint checkpoint,
      String place,
      Map<TrialSeat.Id, String> found,
      Map<TrialSeat.Id, Long> steps) {
    for (TrialSeat.Id id : members(checkpoint.meta()).keySet()) {
      if (checkpoint.step() > steps.getOrDefault(id, -1L)) {
        steps.put(id, checkpoint.step());
        found.put(id, place);
      }
    }
  }

  /** The newest checkpoint of a place that is whole. */
  Optional<Checkpoint> newest(String place) {
    Checkpoints.Found latest = at(place).latest();
    latest
        .warnings()
        .forEach(damage -> warnings.accept(owned.store().where(place) + ": " + damage));
    return latest.checkpoint();
  }
}

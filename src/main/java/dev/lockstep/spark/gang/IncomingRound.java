package dev.lockstep.spark.gang;

import dev.lockstep.model.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A round as it comes in by parts. Nothing is allocated on the word of a part alone: only as much
 * as the round before had, or when all parts are there. One thread uses it.
 */
final class IncomingRound {
  private final int known;
  private final Optional<Round> held;
  private final List<RoundCodec.Piece> waiting = new ArrayList<>();
  private Optional<RoundCodec.Piece> first = Optional.empty();
  private Optional<float[]> values = Optional.empty();
  private long received;

  /**
   * Nothing has come yet.
   *
   * @param known how many values the round before had
   * @param held the round whose parameters parts may change
   */
  IncomingRound(int known, Optional<Round> held) {
    this.known = known;
    this.held = held;
  }

  /** Parts of a round that changes no other one. */
  IncomingRound(int known) {
    this(known, Optional.empty());
  }

  /**
   * Takes in the next part.
   *
   * @throws RefusedFrameException if it does not go on where the part before ended
   */
  void add(RoundCodec.Piece piece) {
    RoundCodec.Piece head = first.orElse(piece);
    first = Optional.of(head);
    if (piece.number() != head.number()
        || piece.members() != head.members()
        || piece.size() != head.size()
        || piece.from() != received
        || (piece.length() == 0 && !isComplete())) {
      throw new RefusedFrameException(
          "values from %d of round %d in place of value %d of round %d"
              .formatted(piece.from(), piece.number(), received, head.number()));
    }
    if (piece.changes() && held.filter(piece::goesOnFrom).isEmpty()) {
      throw new RefusedFrameException(
          "changes of round %d, not of %s"
              .formatted(piece.base(), held.map(Round::number).map(String::valueOf).orElse("any")));
    }
    received += piece.length();
    waiting.add(piece);
    if (values.isEmpty() && (head.total() <= known || isComplete())) {
      values = Optional.of(new float[head.total()]);
    }
    values.ifPresent(
        into -> {
          waiting.forEach(each -> each.copy(held, into));
          waiting.clear();
        });
  }

  /** Whether all parts are there. */
  boolean isComplete() {
    return first.isPresent() && received == first.get().total();
  }

  /** The round, when it is complete. */
  Round round() {
    RoundCodec.Piece head = first.orElseThrow();
    return new Round(
        head.number(),
        head.work(),
        new Parameters(
            head.members(), head.size(), values.orElseThrow(), head.heldOut(), head.seeds()));
  }
}

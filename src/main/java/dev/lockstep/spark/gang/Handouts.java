package dev.lockstep.spark.gang;

import dev.lockstep.model.Parameters;
import java.util.Optional;
import java.util.UUID;

/**
 * The replies that hand the open round out, each made once for all who ask for it. Who holds the
 * parameters of the step before, where they follow by changes in bf16, gets the changes; everybody
 * else gets the parameters. Safe for threads.
 */
final class Handouts {
  private final UUID gang;
  private final int shards;
  private Optional<Round> open = Optional.empty();

  /** The last two rounds of steps whose parameters follow by changes, on arrays of their own. */
  private Optional<Round> point = Optional.empty();

  private Optional<Round> before = Optional.empty();
  private byte[][] whole = {};
  private byte[][] changes = {};

  Handouts(UUID gang, int shards) {
    this.gang = gang;
    this.shards = shards;
  }

  /**
   * The reply to a question.
   *
   * @param next the round to hand out, or a later one; empty at the end
   * @param part of its parameters
   * @param held the round whose parameters the asker holds; -1 if none
   */
  synchronized byte[] reply(Optional<Round> next, int part, long held) {
    if (next.isEmpty()) {
      return Frame.seal(Frame.body(0), Frame.Kind.END, gang, -1, -1, -1, 0, shards);
    }
    if (open.isEmpty() || open.get().number() < next.get().number()) {
      open(next.get());
    }
    Round round = open.orElseThrow();
    Optional<Round> from = before.filter(each -> each.number() == held && follows(each));
    byte[][] made = from.isPresent() ? changes : whole;
    if (part >= made.length) {
      return RoundCodec.encode(gang, shards, round, from, part);
    }
    if (made[part] == null) {
      made[part] = RoundCodec.encode(gang, shards, round, from, part);
    }
    return made[part];
  }

  private boolean follows(Round from) {
    Round round = open.orElseThrow();
    return round.isFollowed() && from.params().values().length == round.params().values().length;
  }

  private void open(Round next) {
    open = Optional.of(next.isFollowed() ? keep(next) : next);
    whole = new byte[RoundCodec.parts(next, Optional.empty()).count()][];
    changes = new byte[RoundCodec.parts(next, before.filter(this::follows)).count()][];
  }

  /**
   * A copy of a round: the driver goes on writing to its parameters when the round is complete, and
   * what a late asker is told then must still be what the next changes go from.
   */
  private Round keep(Round next) {
    Parameters params = next.params();
    int length = params.values().length;
    float[] copy =
        before
            .map(old -> old.params().values())
            .filter(old -> old.length == length)
            .orElseGet(() -> new float[length]);
    System.arraycopy(params.values(), 0, copy, 0, length);
    before = point;
    Parameters kept =
        new Parameters(params.members(), params.size(), copy, params.heldOut(), params.seeds());
    point = Optional.of(new Round(next.number(), next.work(), kept));
    return point.get();
  }
}

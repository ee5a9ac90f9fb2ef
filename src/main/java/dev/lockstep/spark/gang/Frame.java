package dev.lockstep.spark.gang;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * One message between a task and the driver: whose it is, what it is about, and a payload under a
 * checksum. Little-endian: magic, kind, gang (16 bytes), epoch, round, step, shard range, payload
 * length, CRC-32C of all before and of the payload, payload.
 *
 * @param kind what the payload is
 * @param gang names the gang; known only to its driver and its tasks
 * @param epoch of the round's step; -1 for an evaluation
 * @param round the round that a sum is of, that is handed out, or that the sender had last
 * @param step of the round; -1 for an evaluation
 * @param from first shard
 * @param to after the last shard
 * @param payload bytes from its position to its limit
 */
record Frame(
    Kind kind, UUID gang, int epoch, long round, long step, int from, int to, ByteBuffer payload) {
  /** The bytes of a frame without its payload. */
  static final int HEADER_BYTES = 64;

  private static final int MAGIC = 0x31474b4c;
  private static final int LENGTH_AT = 56;
  private static final int CHECKSUM_AT = 60;

  /** What a frame is. */
  enum Kind {
    /** A task is there; payload: its attempt and executor. */
    HERE,
    /** A task asks for a part of the round after its last one; payload: as {@link #HERE}. */
    ASK,
    /** A part of the gradient sum of a subtree. */
    GRADIENT,
    /** The evaluations of a subtree. */
    EVALUATION,
    /** A round: its work and a part of the parameters. */
    ROUND,
    /** No more rounds. */
    END
  }

  /** Where a payload of this many bytes goes, after room for the header. */
  static ByteBuffer body(long payloadBytes) {
    int length = Math.toIntExact(HEADER_BYTES + payloadBytes);
    ByteBuffer body = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    return body.position(HEADER_BYTES);
  }

  /** Writes the header before a body that {@link #body} made and that is full. */
  static byte[] seal(
      ByteBuffer body, Kind kind, UUID gang, int epoch, long round, long step, int from, int to) {
    body.putInt(0, MAGIC).putInt(4, kind.ordinal());
    body.putLong(8, gang.getMostSignificantBits()).putLong(16, gang.getLeastSignificantBits());
    body.putInt(24, epoch).putLong(32, round).putLong(40, step).putInt(48, from).putInt(52, to);
    body.putInt(28, 0).putInt(LENGTH_AT, body.capacity() - HEADER_BYTES);
    body.putInt(CHECKSUM_AT, checksum(body.array(), 0, body.capacity()));
    return body.array();
  }

  private static int checksum(byte[] bytes, int at, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, at, CHECKSUM_AT);
    crc.update(bytes, at + HEADER_BYTES, length - HEADER_BYTES);
    return (int) crc.getValue();
  }

  /** Several sealed frames as one message. */
  static byte[] message(List<byte[]> frames) {
    if (frames.size() == 1) {
      return frames.get(0);
    }
    long length = frames.stream().mapToLong(each -> each.length).sum();
    ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(length));
    frames.forEach(all::put);
    return all.array();
  }

  /**
   * The frames of a message.
   *
   * @throws RefusedFrameException if any byte is not as this gang's frames are
   */
  static List<Frame> read(byte[] message, UUID gang) {
    List<Frame> frames = new ArrayList<>();
    int at = 0;
    while (at < message.length || frames.isEmpty()) {
      Frame frame = read(message, at, gang);
      frames.add(frame);
      at += HEADER_BYTES + frame.payload().remaining();
    }
    return frames;
  }

  private static Frame read(byte[] message, int at, UUID gang) {
    if (message.length - at < HEADER_BYTES) {
      throw new RefusedFrameException("%d bytes for a header".formatted(message.length - at));
    }
    ByteBuffer in = ByteBuffer.wrap(message, at, message.length - at).slice();
    in.order(ByteOrder.LITTLE_ENDIAN);
    int length = in.getInt(LENGTH_AT);
    if (in.getInt(0) != MAGIC || length < 0 || length > in.capacity() - HEADER_BYTES) {
      throw new RefusedFrameException("no frame, or a payload of %,d bytes".formatted(length));
    }
    if (!new UUID(in.getLong(8), in.getLong(16)).equals(gang)) {
      throw new RefusedFrameException("another gang's frame");
    }
    if (in.getInt(CHECKSUM_AT) != checksum(message, at, HEADER_BYTES + length)) {
      throw new RefusedFrameException("a wrong checksum");
    }
    int kind = in.getInt(4);
    if (kind < 0 || kind >= Kind.values().length) {
      throw new RefusedFrameException("kind " + kind);
    }
    ByteBuffer payload = in.slice(HEADER_BYTES, length).order(ByteOrder.LITTLE_ENDIAN);
    return new Frame(
        Kind.values()[kind],
        gang,
        in.getInt(24),
        in.getLong(32),
        in.getLong(40),
        in.getInt(48),
        in.getInt(52),
        payload);
  }

  /** Reads a payload; one that ends too early is refused. */
  <T> T parse(PayloadReader<T> reader) {
    try {
      return reader.read(payload.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new RefusedFrameException("a %s frame that does not parse: %s".formatted(kind, e));
    }
  }

  /** Takes a payload apart. */
  interface PayloadReader<T> {
    /** The value of a payload. */
    T read(ByteBuffer payload);
  }

  /** The frame as a refusal names it. */
  String describe() {
    return "%s of round %d, step %d, epoch %d, shards %d to %d"
        .formatted(kind, round, step, epoch, from, to);
  }

  /**
   * One who is there, as {@link Kind#HERE} and {@link Kind#ASK} carry it.
   *
   * @param attempt of the task
   * @param executor where it runs
   * @param part of a round's parameters that it asks for
   * @param held the last round whose parameters it can go on from by changes; -1 if none
   */
  record Attendee(long attempt, String executor, int part, long held) {
    private static final int LONGEST_NAME = 1024;

    ByteBuffer body() {
      byte[] name = executor.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      return Frame.body(2 * Long.BYTES + 2 * Integer.BYTES + name.length)
          .putLong(attempt)
          .putLong(held)
          .putInt(part)
          .putInt(name.length)
          .put(name);
    }

    static Attendee read(ByteBuffer in) {
      long attempt = in.getLong();
      long held = in.getLong();
      int part = in.getInt();
      int length = in.getInt();
      if (length < 0 || length > LONGEST_NAME || length != in.remaining() || part < 0) {
        throw new IllegalArgumentException("part %d, a name of %d bytes".formatted(part, length));
      }
      byte[] name = new byte[length];
      in.get(name);
      String executor = new String(name, java.nio.charset.StandardCharsets.UTF_8);
      return new Attendee(attempt, executor, part, held);
    }
  }

  /** A frame whose payload must be there for its kind; empty if it is of another kind. */
  Optional<Attendee> attendee() {
    return kind == Kind.HERE || kind == Kind.ASK
        ? Optional.of(parse(Attendee::read))
        : Optional.empty();
  }
}

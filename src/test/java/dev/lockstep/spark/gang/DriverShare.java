package dev.lockstep.spark.gang;

import dev.lockstep.data.BatchOrder.Ranks;
import dev.lockstep.math.RandomKey;
import dev.lockstep.math.SumTree;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.engine.GradientWork;
import dev.lockstep.train.RowOrder;
import dev.lockstep.train.Step;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.SerializerInstance;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The driver's share of gang steps, by the code that does it: the sums of many senders come in
 * through a loopback socket, in turn and each in messages of its own as from an executor of its
 * own, and the parameters go out to as many, both in the form that Spark's RPC gives them. Measured
 * is the processor time of the driver's side alone.
 */
public final class DriverShare implements AutoCloseable {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);
  private static final UUID GANG = new UUID(17, 4);
  private static final double MILLIS = 1e6;
  private static final int BUFFER = 1 << 16;

  private final int senders;
  private final Parameters params;
  private final SerializerInstance rpc = new JavaSerializer(new SparkConf(false)).newInstance();
  private final Socket driver;
  private final DataInputStream in;
  private final DataOutputStream out;
  private long rounds;

  /**
   * What the driver did in a step, in milliseconds of its processor.
   *
   * @param receive read, deserialized, checked and decoded
   * @param sum added along the tree and put in place
   * @param send encoded once, serialized and written for every sender
   */
  public record Share(double receive, double sum, double send) {}

  /**
   * A driver with its senders.
   *
   * @param senders how many executors there would be
   * @param size P
   */
  public DriverShare(int senders, int size) throws IOException {
    this.senders = senders;
    this.params = new Parameters(1, size, new float[size]);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      driver = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
      driver.setTcpNoDelay(true);
      Socket executors = server.accept();
      executors.setTcpNoDelay(true);
      Thread thread = new Thread(() -> serve(executors, senders, size), "lockstep-senders");
      thread.setDaemon(true);
      thread.start();
    }
    in = new DataInputStream(driver.getInputStream());
    out = new DataOutputStream(new BufferedOutputStream(driver.getOutputStream(), BUFFER));
  }

  private static Round round(long number, Parameters params) {
    RandomKey key = RandomKey.of(1);
    Step step = new Step(number, 0, new Ranks(0, 1), false, RowOrder.RANKED, key);
    return new Round(number, new GradientWork(step), params);
  }

  /** The other end: reads the parameters of every sender, then sends every sender's sum. */
  private static void serve(Socket socket, int senders, int size) {
    SerializerInstance rpc = new JavaSerializer(new SparkConf(false)).newInstance();
    Parameters params = new Parameters(1, size, new float[size]);
    GradientSum sum = new GradientSum(1, size, false);
    try (socket;
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream())) {
      byte[] sink = new byte[1 << 20];
      while (true) {
        long number = in.readLong();
        Round round = round(number, params);
        int messages = senders * RoundCodec.parts(round, Optional.empty()).count();
        for (int message = 0; message < messages; message++) {
          skip(in, in.readInt(), sink);
        }
        for (int sender = 0; sender < senders; sender++) {
          Subtotal mine = new Subtotal(new SumTree.Range(sender, sender + 1), sum);
          for (int part = 0; part < SumCodec.parts(round); part++) {
            write(out, rpc.serialize(SumCodec.encode(GANG, round, mine, part), BYTES));
          }
        }
      }
    } catch (java.io.EOFException e) {
      return; // the driver's side is closed
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void skip(InputStream in, int bytes, byte[] sink) throws IOException {
    for (int left = bytes; left > 0; ) {
      left -= in.readNBytes(sink, 0, Math.min(left, sink.length));
    }
  }

  private static void write(DataOutputStream out, ByteBuffer message) throws IOException {
    out.writeInt(message.remaining());
    out.write(message.array(), message.arrayOffset() + message.position(), message.remaining());
  }

  /** One step but its update. */
  public Share step() throws IOException {
    Round round = round(rounds++, params);
    RoundTable table = new RoundTable(senders);
    table.open(round);
    double send = send(round);
    double receive = 0;
    double sum = 0;
    for (int message = senders * SumCodec.parts(round); message > 0; message--) {
      long start = THREADS.getCurrentThreadCpuTime();
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      byte[] frames = rpc.deserialize(ByteBuffer.wrap(bytes), BYTES);
      SumCodec.Piece piece = SumCodec.decode(Frame.read(frames, GANG).get(0), senders, round);
      long read = THREADS.getCurrentThreadCpuTime();
      table
          .gather(round.number())
          .flatMap(gather -> gather.leave(piece.part(), piece.sum()))
          .ifPresent(whole -> table.leave(round.number(), whole));
      long added = THREADS.getCurrentThreadCpuTime();
      receive += (read - start) / MILLIS;
      sum += (added - read) / MILLIS;
    }
    table.total(round.work()); // throws if one is missing
    return new Share(receive, sum, send);
  }

  private double send(Round round) throws IOException {
    long start = THREADS.getCurrentThreadCpuTime();
    out.writeLong(round.number());
    for (int part = 0; part < RoundCodec.parts(round, Optional.empty()).count(); part++) {
      byte[] encoded = RoundCodec.encode(GANG, senders, round, Optional.empty(), part);
      for (int sender = 0; sender < senders; sender++) {
        write(out, rpc.serialize(encoded, BYTES));
      }
    }
    out.flush();
    return (THREADS.getCurrentThreadCpuTime() - start) / MILLIS;
  }

  @Override
  public void close() throws IOException {
    driver.close();
  }
}

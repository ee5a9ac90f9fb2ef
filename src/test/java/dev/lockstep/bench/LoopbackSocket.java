package dev.lockstep.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** One plain loopback socket, whose other end sends as many bytes back as it has received. */
final class LoopbackSocket implements AutoCloseable {
  private final Socket socket;
  private final byte[] bytes;

  private LoopbackSocket(Socket socket, int bytes) {
    this.socket = socket;
    this.bytes = new byte[bytes];
  }

  /** A connection to a thread of this JVM. */
  static LoopbackSocket open(int bytes) throws IOException {
    ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(() -> answer(server, bytes), "loopback-socket");
    thread.setDaemon(true);
    thread.start();
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
    socket.setTcpNoDelay(true);
    return new LoopbackSocket(socket, bytes);
  }

  private static void answer(ServerSocket server, int bytes) {
    try (server;
        Socket socket = server.accept();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        OutputStream out = socket.getOutputStream()) {
      socket.setTcpNoDelay(true);
      byte[] all = new byte[bytes];
      while (true) {
        int first = in.read();
        if (first < 0) {
          return;
        }
        in.readFully(all, 1, bytes - 1);
        out.write(all);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends all bytes, then receives as many. */
  void upAndDown() {
    try {
      socket.getOutputStream().write(bytes);
      InputStream in = socket.getInputStream();
      if (in.readNBytes(bytes, 0, bytes.length) != bytes.length) {
        throw new IOException("the other end closed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

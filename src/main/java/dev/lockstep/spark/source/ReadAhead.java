package dev.lockstep.spark.source;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a little of each of many files on the driver, where most of the time goes by in waiting for
 * storage: a few threads read ahead of one that takes what was read, in the order of the files.
 */
final class ReadAhead {
  /** How many files are being read, or have been read and not taken, at most. */
  static final int MOST = 64;

  private static final Logger LOG = LoggerFactory.getLogger(ReadAhead.class);
  private static final int THREADS = 16;

  private ReadAhead() {}

  /** Reads something of a file; called by several threads. */
  interface Read<T> {
    T of(ListedFile file) throws IOException;
  }

  /** Takes what was read of the file of a number; called by the caller's thread. */
  interface Take<T> {
    void of(int number, T read);
  }

  /**
   * Reads all files. Which failure ends it does not depend on the threads: that of the first file
   * whose reading or taking fails.
   *
   * @throws IOException if a file cannot be read
   */
  static <T> void inOrder(List<ListedFile> files, Read<T> read, Take<T> take) throws IOException {
    ExecutorService threads = Executors.newFixedThreadPool(Math.min(THREADS, files.size()));
    Queue<Future<T>> reading = new ArrayDeque<>();
    try {
      int begun = 0;
      for (int f = 0; f < files.size(); f++) {
        while (begun < Math.min(files.size(), f + MOST)) {
          ListedFile file = files.get(begun++);
          reading.add(threads.submit(() -> read.of(file)));
        }
        take.of(f, reading.remove().get());
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while files were read");
    } finally {
      end(threads);
    }
  }

  /** Ends the reading of what is not wanted any more, and waits for it. */
  private static void end(ExecutorService threads) {
    threads.shutdownNow();
    try {
      while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
        LOG.info("waiting for files that are still being read");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.lockstep.app;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Local files behind a storage that can be made to fail, as {@code away:/folder/file}. */
public final class AwayFiles extends RawLocalFileSystem {
  /** The setting of Hadoop that makes it known. */
  static final String SETTING = "fs.away.impl";

  /** Reads that have begun and not ended. */
  static final AtomicInteger READING = new AtomicInteger();

  private static final URI ROOT = URI.create("away:///");
  private static volatile Fault listing = () -> {};
  private static volatile Fault reading = () -> {};

  /** What goes wrong. */
  interface Fault {
    /** Throws, or does nothing. */
    void occur() throws IOException;
  }

  /** From now on these happen where folders are listed, and where files that match are opened. */
  static void fail(Fault whenListing, Fault whenReading) {
    listing = whenListing;
    reading = whenReading;
  }

  @Override
  public URI getUri() {
    return ROOT;
  }

  @Override
  public String getScheme() {
    return ROOT.getScheme();
  }

  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    listing.occur();
    return super.listStatus(folder);
  }

  /** The file {@code slow} waits until it is interrupted, and then takes a moment to end. */
  @Override
  public FSDataInputStream open(Path file, int bufferBytes) throws IOException {
    READING.incrementAndGet();
    try {
      if (file.getName().startsWith("slow")) {
        while (!Thread.interrupted()) {
          LockSupport.parkNanos(1_000_000);
        }
        LockSupport.parkNanos(200_000_000);
      } else {
        reading.occur();
      }
      return super.open(file, bufferBytes);
    } finally {
      READING.decrementAndGet();
    }
  }
}

package dev.lockstep.train.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Which operating system runs this process: the reach of its locks. */
final class Kernel {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  private Kernel() {}

  /** The boot of a Linux kernel, shared by its containers; elsewhere the name of the host. */
  static String id() {
    try {
      return Files.readString(BOOT).strip();
    } catch (IOException e) {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException unknown) {
        return "unknown to process " + ProcessHandle.current().pid();
      }
    }
  }
}

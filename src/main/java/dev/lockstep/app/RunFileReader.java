package dev.lockstep.app;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.run.LockstepSession;
import dev.lockstep.train.store.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads a run file from a local path or any Hadoop URI. */
final class RunFileReader {
  private static final int MOST_BYTES = 4 << 20;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private RunFileReader() {}

  /**
   * The run of a file.
   *
   * @param location a path or URI
   * @param overrides {@code key=value} each
   * @param runId the scheduler's id of the run, appended to the output
   * @throws ConfigException with every problem
   * @throws InputMissingException if there is no such file
   */
  static RunFile read(String location, List<String> overrides, Optional<String> runId) {
    return text(location, overrides, runId).bind(List.of());
  }

  /** The text of a file, for more than one run of it. */
  static RunFileText text(String location, List<String> overrides, Optional<String> runId) {
    return new RunFileText(location, text(location), overrides, runId);
  }

  private static String text(String location) {
    byte[] bytes = bytes(location);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new ConfigException(location + ": is no UTF-8 text; save it as UTF-8");
    }
  }

  private static byte[] bytes(String location) {
    return bytes(location, "run file", MOST_BYTES);
  }

  /**
   * The bytes of a file at a local path or any Hadoop URI.
   *
   * @param what it is, for messages
   * @throws ConfigException if it has more than {@code most}
   * @throws InputMissingException if there is none
   */
  static byte[] bytes(String location, String what, int most) {
    try (InputStream in = open(location, what)) {
      byte[] bytes = in.readNBytes(most);
      if (in.read() >= 0) {
        throw new ConfigException(location + ": has more than " + most + " bytes, is no " + what);
      }
      return bytes;
    } catch (FileNotFoundException | NoSuchFileException e) {
      throw new InputMissingException(
          "there is no %s %s; give the path of an existing one".formatted(what, location));
    } catch (IllegalArgumentException e) {
      if (e.getCause() instanceof IOException cause) { // a host without an address, for now
        throw StorageException.of("read", location, cause);
      }
      throw new ConfigException(
          "%s: is no path or URI (%s); give those of a %s"
              .formatted(location, e.getMessage(), what));
    } catch (IOException e) {
      throw StorageException.of("read", location, e);
    }
  }

  private static InputStream open(String location, String what) throws IOException {
    if (location.matches("[A-Za-z][A-Za-z0-9+.-]+:/.*") && !location.startsWith("file:")) {
      org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(location);
      return path.getFileSystem(LockstepSession.hadoopConfiguration()).open(path);
    }
    Path path = Path.of(location.replaceFirst("^file:(//)?(?=/)", ""));
    if (Files.isDirectory(path)) {
      throw new ConfigException(location + ": is a directory, must be a " + what);
    }
    return Files.newInputStream(path);
  }
}

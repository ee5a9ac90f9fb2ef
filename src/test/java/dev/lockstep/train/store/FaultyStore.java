package dev.lockstep.train.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** A store whose N-th operation goes wrong, after which a halted process does nothing any more. */
public final class FaultyStore implements CommitStore {
  /** How the operation goes wrong. */
  public enum Fault {
    FAIL_BEFORE,
    FAIL_HALFWAY,
    FAIL_AFTER,
    HALT_BEFORE,
    HALT_HALFWAY,
    HALT_AFTER;

    boolean halts() {
      return ordinal() >= HALT_BEFORE.ordinal();
    }
  }

  /** The process ends here; no finally block of it has any effect. */
  public static final class Halt extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final CommitStore store;
  private final Fault fault;
  private final int victim;
  private final List<Lock> locks = new ArrayList<>();
  private int operations;
  private boolean dead;

  /**
   * A store that is whole up to its victim.
   *
   * @param victim number of the operation, from 1
   */
  public FaultyStore(CommitStore store, Fault fault, int victim) {
    this.store = store;
    this.fault = fault;
    this.victim = victim;
  }

  /** Whether the fault has happened. */
  public boolean struck() {
    return operations >= victim;
  }

  /** What the operating system does for a process that has ended. */
  public void reap() {
    locks.forEach(Lock::close);
  }

  private <T> T operate(String path, Supplier<T> operation, Runnable half) {
    if (dead) {
      throw new Halt();
    }
    if (++operations != victim) {
      return operation.get();
    }
    dead = fault.halts();
    switch (fault) {
      case FAIL_HALFWAY, HALT_HALFWAY -> half.run();
      case FAIL_AFTER, HALT_AFTER -> {
        var unused = operation.get();
      }
      case FAIL_BEFORE, HALT_BEFORE -> {}
    }
    if (dead) {
      throw new Halt();
    }
    throw StorageException.of("use", where(path), new IOException("the disk has caught fire"));
  }

  private <T> T operate(String path, Supplier<T> operation) {
    return operate(path, operation, () -> {});
  }

  private void operate(String path, Runnable operation, Runnable half) {
    operate(
        path,
        () -> {
          operation.run();
          return true;
        },
        half);
  }

  @Override
  public void write(String path, Payload payload) {
    operate(
        path,
        () -> store.write(path, payload),
        () ->
            store.write(
                path,
                out -> {
                  ByteArrayOutputStream all = new ByteArrayOutputStream();
                  payload.writeTo(all);
                  out.write(all.toByteArray(), 0, all.size() / 2);
                }));
  }

  @Override
  public void delete(String path) {
    operate(
        path,
        () -> store.delete(path),
        () -> {
          // From the end, as the stores do it.
          List<String> files = store.files(path);
          files
              .subList(files.size() / 2, files.size())
              .forEach(file -> store.delete(path + "/" + file));
        });
  }

  @Override
  public boolean createIfAbsent(String path, byte[] content) {
    return operate(path, () -> store.createIfAbsent(path, content));
  }

  @Override
  public void replace(String path, byte[] content) {
    operate(path, () -> store.replace(path, content), () -> {});
  }

  @Override
  public void makeDirectories(String path) {
    operate(path, () -> store.makeDirectories(path), () -> {});
  }

  @Override
  public InputStream open(String path) {
    return operate(path, () -> store.open(path));
  }

  @Override
  public OptionalLong size(String path) {
    return operate(path, () -> store.size(path));
  }

  @Override
  public List<String> list(String directory) {
    return operate(directory, () -> store.list(directory));
  }

  @Override
  public List<String> files(String directory) {
    return operate(directory, () -> store.files(directory));
  }

  @Override
  public Optional<Lock> tryLock(String path) {
    return operate(
        path,
        () -> {
          Optional<Lock> lock = store.tryLock(path);
          lock.ifPresent(locks::add);
          return lock;
        });
  }

  @Override
  public boolean locks() {
    return store.locks();
  }

  @Override
  public String location() {
    return store.location();
  }

  @Override
  public String uri(String path) {
    return store.uri(path);
  }
}

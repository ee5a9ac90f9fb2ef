package dev.lockstep.train.store;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A local store that has no locks: as a remote one, or as a mount that only says so when tried. */
final class LocklessStore implements CommitStore {
  private final CommitStore store;
  private final boolean known;

  LocklessStore(CommitStore store) {
    this(store, true);
  }

  /**
   * A store without locks.
   *
   * @param known whether it says so before one is tried
   */
  LocklessStore(CommitStore store, boolean known) {
    this.store = store;
    this.known = known;
  }

  @Override
  public String location() {
    return store.location();
  }

  @Override
  public String uri(String path) {
    return store.uri(path);
  }

  @Override
  public boolean createIfAbsent(String path, byte[] content) {
    return store.createIfAbsent(path, content);
  }

  @Override
  public void replace(String path, byte[] content) {
    store.replace(path, content);
  }

  @Override
  public void write(String path, Payload payload) {
    store.write(path, payload);
  }

  @Override
  public InputStream open(String path) {
    return store.open(path);
  }

  @Override
  public OptionalLong size(String path) {
    return store.size(path);
  }

  @Override
  public List<String> list(String directory) {
    return store.list(directory);
  }

  @Override
  public List<String> files(String directory) {
    return store.files(directory);
  }

  @Override
  public void delete(String path) {
    store.delete(path);
  }

  @Override
  public void makeDirectories(String path) {
    store.makeDirectories(path);
  }

  @Override
  public boolean locks() {
    return !known;
  }

  @Override
  public Optional<Lock> tryLock(String path) {
    throw new UnsupportedOperationException();
  }
}

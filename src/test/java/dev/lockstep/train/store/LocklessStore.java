package dev.lockstep.train.store;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A local store that, like a remote one, has no locks. */
final class LocklessStore implements CommitStore {
  private final CommitStore store;

  LocklessStore(CommitStore store) {
    this.store = store;
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
    return false;
  }

  @Override
  public Optional<Lock> tryLock(String path) {
    throw new UnsupportedOperationException();
  }
}

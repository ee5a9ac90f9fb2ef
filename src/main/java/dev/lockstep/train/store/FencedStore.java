package dev.lockstep.train.store;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A store that checks before every change whether it may still be made. */
final class FencedStore implements CommitStore {
  private final CommitStore store;
  private final Runnable check;

  FencedStore(CommitStore store, Runnable check) {
    this.store = store;
    this.check = check;
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
    check.run();
    return store.createIfAbsent(path, content);
  }

  @Override
  public void replace(String path, byte[] content) {
    check.run();
    store.replace(path, content);
  }

  @Override
  public void write(String path, Payload payload) {
    check.run();
    store.write(path, payload);
  }

  @Override
  public void delete(String path) {
    check.run();
    store.delete(path);
  }

  @Override
  public void makeDirectories(String path) {
    check.run();
    store.makeDirectories(path);
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
  public boolean locks() {
    return store.locks();
  }

  @Override
  public Optional<Lock> tryLock(String path) {
    return store.tryLock(path);
  }
}

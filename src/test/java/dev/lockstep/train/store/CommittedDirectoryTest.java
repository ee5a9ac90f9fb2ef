package dev.lockstep.train.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommittedDirectoryTest {
  private static final String OLDEST = "checkpoints/step-000000004-000001";

  @TempDir(factory = Scratch.class)
  Path directory;

  private CommitStore store;

  @BeforeEach
  void train() {
    store = new LocalCommitStore(directory);
    TinyTraining.run(store, new AtomicInteger());
  }

  /** A run keeps so many checkpoints: each new one deletes the oldest, whoever reads it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void aCheckpointThatIsDeletedWhileItIsReadIsNoneAnyMore(int operation) {
    assertThat(CommittedDirectory.read(store, OLDEST)).isPresent();
    CommitStore deleting = deletingBefore(operation, OLDEST);
    boolean read = CommittedDirectory.read(deleting, OLDEST).isPresent();
    assertThat(read).isEqualTo(operation > 4);
  }

  /** Another end of a study replaces the model, whoever reads it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void aModelThatIsReplacedWhileItIsReadIsNoneAnyMore(int operation) {
    assertThat(new ModelDirectory(store, ModelDirectory.NAME).readIfCommitted()).isPresent();
    CommitStore deleting = deletingBefore(operation, ModelDirectory.NAME);
    assertThat(new ModelDirectory(deleting, ModelDirectory.NAME).readIfCommitted()).isEmpty();
  }

  @Test
  void aModelWithoutAFileOfItsOwnIsDamaged() {
    store.delete(ModelDirectory.NAME + "/" + ModelDirectory.DESCRIPTION);
    assertThatThrownBy(() -> new ModelDirectory(store, ModelDirectory.NAME).readIfCommitted())
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining(ModelDirectory.DESCRIPTION + ": is missing");
  }

  private CommitStore deletingBefore(int operation, String path) {
    AtomicInteger number = new AtomicInteger();
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.isDefault()) {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
          }
          boolean reads = method.getName().equals("size") || method.getName().equals("open");
          if (reads && number.incrementAndGet() == operation) {
            store.delete(path + "/" + Manifest.NAME);
            store.delete(path);
          }
          try {
            return method.invoke(store, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return (CommitStore)
        Proxy.newProxyInstance(
            CommitStore.class.getClassLoader(), new Class<?>[] {CommitStore.class}, handler);
  }

  @Test
  void aCheckpointWithoutItsPayloadIsDamaged() {
    store.delete(OLDEST + "/" + Checkpoints.STATE);
    assertThatThrownBy(() -> CommittedDirectory.read(store, OLDEST))
        .isInstanceOf(IntegrityException.class)
        .hasMessageContaining(Checkpoints.STATE + ": is missing");
  }
}

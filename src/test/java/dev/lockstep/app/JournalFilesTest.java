package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.train.store.CommitStore;
import dev.lockstep.train.store.CommitStores;
import dev.lockstep.train.store.RunOwnedException;
import dev.lockstep.train.store.StorageException;
import dev.lockstep.tune.Event;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalFilesTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEventFollowsOneWhoseWriteFailed(boolean written) {
    CommitStore store = CommitStores.open(folder.toString(), new Configuration(false));
    AtomicBoolean failing = new AtomicBoolean();
    JournalFiles journal = new JournalFiles(failing(store, failing, written));
    assertThat(journal.read()).isEmpty();
    Event first = new Event.StudyStarted(Map.of("seed", 7), 0);
    Event lost = new Event.TimeSpent(60.5);
    Event later = new Event.TimeSpent(120.5);
    journal.append(first);
    failing.set(true);
    StorageException failure =
        catchThrowableOfType(StorageException.class, () -> journal.append(lost));
    assertThat(journal.mayPass(failure)).isTrue();
    assertThat(journal.mayPass(new RunOwnedException("another attempt owns it"))).isFalse();
    failing.set(false);
    journal.append(later);
    assertThat(new JournalFiles(store).read()).hasSize(written ? 3 : 2).endsWith(later);
  }

  /** A store whose new files fail while it is told so, though they may be there then. */
  private static CommitStore failing(CommitStore store, AtomicBoolean failing, boolean written) {
    return (CommitStore)
        Proxy.newProxyInstance(
            CommitStore.class.getClassLoader(),
            new Class<?>[] {CommitStore.class},
            (proxy, method, arguments) -> {
              boolean fails = failing.get() && method.getName().equals("createIfAbsent");
              try {
                Object result = fails && !written ? null : method.invoke(store, arguments);
                if (fails) {
                  throw new StorageException("could not create it");
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}

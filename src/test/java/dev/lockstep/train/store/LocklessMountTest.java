package dev.lockstep.train.store;

import static dev.lockstep.train.store.OwnershipTest.PATIENT;
import static dev.lockstep.train.store.OwnershipTest.SILENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on mounts that say only when tried that they have no locks. */
class LocklessMountTest {
  @TempDir(factory = Scratch.class)
  Path directory;

  @Test
  void aMountThatRefusesLocksIsOwnedByItsHeartbeat() {
    CommitStore local = new LocalCommitStore(directory.resolve("mount"));
    CommitStore mount = new LocklessStore(local, false);
    try (Ownership owner = Ownership.claim(mount, PATIENT)) {
      for (CommitStore seen : List.of(mount, local)) { // it may have locks again
        assertThatThrownBy(() -> Ownership.claim(seen, PATIENT))
            .isInstanceOf(RunOwnedException.class);
      }
      owner.check();
    }
    try (Ownership silent = Ownership.claim(mount, SILENT);
        Ownership next = Ownership.claim(mount, SILENT)) {
      assertThat(next.epoch()).isEqualTo(silent.epoch() + 1);
    }
  }

  @Test
  void aMountWithoutLocksSaysSoInAnyLanguage() {
    for (String text : new String[] {"No locks available", "Funktion ist nicht implementiert"}) {
      assertThatThrownBy(
              () ->
                  ProcessLock.lock(
                      () -> {
                        throw new IOException(text);
                      }))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining(text);
    }
    assertThatThrownBy(
            () ->
                ProcessLock.lock(
                    () -> {
                      throw new ClosedByInterruptException();
                    }))
        .isInstanceOf(ClosedByInterruptException.class);
  }
}

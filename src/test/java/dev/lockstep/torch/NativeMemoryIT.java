package dev.lockstep.torch;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The long form of NativeMemoryTest: a minute or two a kind. */
@Tag("chaos")
class NativeMemoryIT {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void tenThousandPassesLeaveNothingBehind(NetworkPasses.Kind kind) {
    NativeMemoryTest.check(folder, 10_000, kind);
  }
}

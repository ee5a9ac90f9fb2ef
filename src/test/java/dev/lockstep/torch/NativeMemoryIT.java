package dev.lockstep.torch;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The long form of NativeMemoryTest: a minute or two. */
@Tag("chaos")
class NativeMemoryIT {
  @TempDir private Path folder;

  @Test
  void tenThousandPassesLeaveNothingBehind() {
    NativeMemoryTest.check(folder, 10_000, false);
  }
}

package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same run file gives the same bits whatever it runs on. */
final class SameBitsIT {
  private static final String ROUNDED_JOB = Run.ROUNDED_GANG.replace("kind = gang", "kind = job");

  @TempDir Path folder;

  @Test
  void coresDoNotChangeTheBits() {
    for (String master : List.of("local[2]", "local[3]", "local[4]", "local[*]")) {
      assertThat(sha(Run.ADAM, master)).as(master).isEqualTo(Run.undisturbed(Run.ADAM));
    }
    for (String master : List.of("local[1]", "local[2]", "local[4]")) {
      assertThat(sha(Run.GANG, master)).as("gang, " + master).isEqualTo(Run.undisturbed(Run.ADAM));
    }
    String rounded = Run.undisturbed(Run.ROUNDED_GANG);
    assertThat(rounded).matches("[0-9a-f]{64}").isNotEqualTo(Run.undisturbed(Run.ADAM));
    for (String master : List.of("local[2]", "local[4]")) {
      assertThat(sha(Run.ROUNDED_GANG, master)).as("rounded, " + master).isEqualTo(rounded);
      assertThat(sha(ROUNDED_JOB, master)).as("rounded job, " + master).isEqualTo(rounded);
    }
    String lbfgs = Run.undisturbed(Run.LBFGS);
    assertThat(sha(Run.LBFGS, "local[3]")).isEqualTo(lbfgs);
    assertThat(lbfgs).matches("[0-9a-f]{64}").isNotEqualTo(Run.undisturbed(Run.ADAM));
  }

  @Test
  @Tag("chaos")
  void executorsOfALocalClusterDoNotChangeTheBits() {
    Run adam = Run.in(folder.resolve("adam"), Run.ADAM);
    adam.finish("local-cluster[2,1,1024]");
    assertThat(adam.sha()).isEqualTo(Run.undisturbed(Run.ADAM));
    Run gang = Run.in(folder.resolve("gang"), Run.GANG);
    gang.finish("local-cluster[2,1,1024]");
    assertThat(gang.sha()).isEqualTo(Run.undisturbed(Run.ADAM));
    Run rounded = Run.in(folder.resolve("rounded"), Run.ROUNDED_GANG);
    rounded.finish("local-cluster[2,1,1024]");
    assertThat(rounded.sha()).isEqualTo(Run.undisturbed(Run.ROUNDED_GANG));
    Run lbfgs = Run.in(folder.resolve("lbfgs"), Run.LBFGS);
    lbfgs.finish("local-cluster[2,1,1024]");
    assertThat(lbfgs.sha()).isEqualTo(Run.undisturbed(Run.LBFGS));
  }

  private String sha(String text, String master) {
    Run run = Run.in(folder.resolve(master.replaceAll("\\W", "_") + text.hashCode()), text);
    run.finishHere(master);
    return run.sha();
  }
}

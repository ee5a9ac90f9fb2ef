package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same run file gives the same bits whatever it runs on. */
final class SameBitsIT {
  @TempDir Path folder;

  @Test
  void coresDoNotChangeTheBits() {
    Map<String, Run> expected = new LinkedHashMap<>();
    List<List<String>> lines = new ArrayList<>();
    for (String master : List.of("local[2]", "local[3]", "local[4]", "local[*]")) {
      add(Run.ADAM, master, master, expected, lines);
    }
    add(Run.LBFGS, "lbfgs", "local[3]", expected, lines);
    Run.inOneJvm(folder, Map.of(), lines);
    String adam = Run.undisturbed(Run.ADAM);
    String lbfgs = Run.undisturbed(Run.LBFGS);
    assertThat(adam).matches("[0-9a-f]{64}").isNotEqualTo(lbfgs);
    expected.forEach(
        (name, run) ->
            assertThat(run.sha()).as(name).isEqualTo(name.equals("lbfgs") ? lbfgs : adam));
  }

  @Test
  @Tag("chaos")
  void executorsOfALocalClusterDoNotChangeTheBits() {
    Run adam = Run.in(folder.resolve("adam"), Run.ADAM);
    adam.finish("local-cluster[2,1,1024]", StandaloneCluster.SPECULATION);
    assertThat(adam.sha()).isEqualTo(Run.undisturbed(Run.ADAM));
    Run lbfgs = Run.in(folder.resolve("lbfgs"), Run.LBFGS);
    lbfgs.finish("local-cluster[2,1,1024]");
    assertThat(lbfgs.sha()).isEqualTo(Run.undisturbed(Run.LBFGS));
  }

  private void add(
      String text, String name, String master, Map<String, Run> runs, List<List<String>> lines) {
    Run run = Run.in(folder.resolve(name.replaceAll("\\W", "_")), text);
    runs.put(name, run);
    lines.add(run.command(master));
  }
}

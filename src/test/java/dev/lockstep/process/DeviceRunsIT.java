package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The device of a network by Spark's scheduling of GPUs, where a script says that there is one, and
 * libtorch, whose natives here are those of the CPU, finds none.
 */
final class DeviceRunsIT {
  private static final String CUDA = Run.NETWORK + "model.device = cuda";

  @TempDir Path folder;

  private List<String> given(String... holders) throws IOException {
    Path script = folder.resolve("gpus.sh");
    Files.writeString(script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\"]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    List<String> options = new ArrayList<>();
    for (String holder : holders) {
      String resource = "spark.%s.resource.gpu.".formatted(holder);
      options.addAll(List.of("--conf", resource + "amount=1"));
      options.addAll(List.of("--conf", resource + "discoveryScript=" + script));
    }
    return options;
  }

  private String refused(String master, List<String> options) {
    Run run = Run.in(folder.resolve("cuda"), CUDA);
    Child.Outcome outcome = run.start(master, options.toArray(String[]::new)).await(Run.LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isEqualTo(78);
    assertThat(outcome.text()).doesNotContain("\tat ");
    return outcome.text();
  }

  @Test
  void cudaIsRefusedWhereSparkGivesTasksNoGpu() {
    assertThat(refused("local[2]", List.of()))
        .contains("model.device is cuda, but Spark gives tasks no GPU: set spark.executor")
        .doesNotContain("rows: ");
  }

  @Test
  void aGpuOfTheDriverIsThatOfTasksInLocalMode() throws IOException {
    List<String> options = given("driver");
    assertThat(refused("local[2]", options)).contains("libtorch of a task cannot use its GPU");
    Run auto = Run.in(folder.resolve("auto"), Run.NETWORK);
    Child.Outcome outcome = auto.start("local[2]", options.toArray(String[]::new)).await(Run.LIMIT);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    assertThat(outcome.text()).contains("device: auto, the GPU that Spark gives a task where");
    assertThat(auto.sha()).isEqualTo(Run.undisturbed(Run.NETWORK));
    Run cpu = Run.in(folder.resolve("cpu"), Run.NETWORK + "model.device = cpu");
    cpu.finishHere("local[2]");
    assertThat(cpu.sha()).isEqualTo(auto.sha());
  }

  @Test
  void aGpuOfATaskIsTheDeviceOnACluster() throws IOException {
    List<String> options = given("worker", "executor");
    options.addAll(List.of("--conf", "spark.task.resource.gpu.amount=1"));
    options.addAll(List.of("--jars", NetworkRunsIT.NATIVES.toString()));
    assertThat(refused("local-cluster[1,1,1024]", options))
        .contains("libtorch of a task cannot use its GPU");
  }

  @Test
  void aGangHasNoMoreTasksThanGpus() throws IOException {
    List<String> options = given("worker", "executor");
    options.addAll(List.of("--conf", "spark.task.resource.gpu.amount=1"));
    Run run = Run.in(folder.resolve("gang"), Run.GANG);
    Child.Outcome outcome = run.finish("local-cluster[1,4,1024]", options.toArray(String[]::new));
    assertThat(outcome.text()).doesNotContain("the gang starts again");
    assertThat(run.sha()).isEqualTo(Run.undisturbed(Run.GANG));
  }
}

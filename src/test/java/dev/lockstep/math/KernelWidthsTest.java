package dev.lockstep.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts JVMs that use vectors of other widths than this one. */
class KernelWidthsTest {
  private static final String MODULE = "--add-modules=jdk.incubator.vector";

  private static String digest(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+IgnoreUnrecognizedVMOptions");
    command.addAll(List.of(options));
    command.add("-cp");
    command.add(
        place(Kernels.class) + System.getProperty("path.separator") + place(KernelDigest.class));
    command.add(KernelDigest.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
    assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
    return output;
  }

  private static String place(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-XX:UseAVX=0", "-XX:UseAVX=1", "-XX:UseAVX=2", "-XX:UseAVX=3", "-Xint"})
  void bitsDoNotDependOnTheWidthOfVectors(String option) throws Exception {
    assertThat(digest(MODULE, option)).isEqualTo(KernelDigest.of(Kernels.scalar()) + " simd=true");
  }

  @Test
  void withoutTheModuleThePlainTwinsGiveTheSameBits() throws Exception {
    assertThat(digest()).isEqualTo(KernelDigest.of(Kernels.scalar()) + " simd=false");
  }
}

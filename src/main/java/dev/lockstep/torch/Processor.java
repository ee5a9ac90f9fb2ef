package dev.lockstep.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a processor can do.
 *
 * @param flags the names of its instructions, as Linux has them; empty where it tells none
 */
public record Processor(Set<String> flags) {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** Those of x86, as oneDNN asks for them, and that of Arm. */
  private static final List<String> BF16 = List.of("avx512_bf16", "amx_bf16", "bf16");

  /** Copies the flags. */
  public Processor {
    flags = Set.copyOf(flags);
  }

  /** That of this process. */
  public static Processor here() {
    try {
      return of(Files.readAllLines(CPUINFO));
    } catch (IOException e) {
      return new Processor(Set.of());
    }
  }

  /** The first that a list of Linux's describes. */
  static Processor of(List<String> cpuinfo) {
    return new Processor(
        cpuinfo.stream()
            .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
            .findFirst()
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .map(names -> (Set<String>) new HashSet<>(Arrays.asList(names.split(" "))))
            .orElse(Set.of()));
  }

  /** What a format does not do here, in a sentence; empty where it does what it says, or may. */
  public Optional<String> lacks(ComputeFormat format) {
    boolean able = flags.isEmpty() || BF16.stream().anyMatch(flags::contains);
    return format == ComputeFormat.FLOAT32 || able
        ? Optional.empty()
        : Optional.of(
            "model.compute = bf16 multiplies in float32 on this processor, which has none of the"
                + " instructions avx512_bf16 and amx_bf16: it is no faster, and other processors"
                + " give other bits; leave it out, or use one that has them");
  }
}

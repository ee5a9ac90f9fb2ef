package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessorTest {
  private static Processor of(String line) {
    return Processor.of(List.of("processor : 0", "model name : bf16", line, "bugs : amx_bf16"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"flags\t\t: fpu avx512_bf16 amx_tile", "flags : amx_bf16", "Features : fp bf16"})
  void aProcessorWithTheInstructionsLacksNothing(String line) {
    assertThat(of(line).lacks(ComputeFormat.BF16)).isEmpty();
  }

  @Test
  void aProcessorWithoutThemIsNamed() {
    Processor old = of("flags\t\t: fpu avx2 avx512f avx512_vnni");
    assertThat(old.lacks(ComputeFormat.BF16).orElseThrow())
        .startsWith("model.compute = bf16 multiplies in float32 on this processor");
    assertThat(old.lacks(ComputeFormat.FLOAT32)).isEmpty();
  }

  @Test
  void whereNothingIsToldNothingIsSaid() {
    assertThat(Processor.of(List.of()).lacks(ComputeFormat.BF16)).isEmpty();
  }
}

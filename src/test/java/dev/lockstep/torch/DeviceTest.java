package dev.lockstep.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.Schema;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** On what a network runs: what is chosen, and what is refused. No test runs on a GPU. */
class DeviceTest {
  private static final OptionalInt NONE = OptionalInt.empty();
  private static final OptionalInt SECOND = OptionalInt.of(1);
  private static final Place GPU = new Place("cuda:1");
  private static final Schema ROWS = new Schema(List.of(), 2, List.of("y"), List.of("a", "b"));

  private static Regimen on(NativeModel network, Device device) {
    return new Regimen(network, List.of(), 8, ComputeFormat.FLOAT32, device);
  }

  @Test
  void autoTakesTheGpuOfATaskWhereLibtorchCan() {
    assertThat(Device.AUTO.place(SECOND, () -> true)).isEqualTo(GPU);
    assertThat(Device.AUTO.place(SECOND, () -> false)).isEqualTo(Place.CPU);
    assertThat(Device.CUDA.place(SECOND, () -> true)).isEqualTo(GPU);
    assertThat(Device.CPU.place(SECOND, () -> true)).isEqualTo(Place.CPU);
  }

  @Test
  void withoutAGpuNobodyAsksLibtorchForOne() {
    for (Device device : List.of(Device.AUTO, Device.CPU)) {
      Place place =
          device.place(
              NONE,
              () -> {
                throw new AssertionError("asked");
              });
      assertThat(place).isEqualTo(Place.CPU);
    }
  }

  @Test
  void cudaWithoutAGpuOrWithoutItsNativesIsRefused() {
    assertThatThrownBy(() -> Device.CUDA.place(NONE, () -> true))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("model.device is cuda, but Spark gives tasks no GPU: set")
        .hasMessageContaining("or use device = auto");
    assertThatThrownBy(() -> Device.CUDA.place(SECOND, () -> false))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("libtorch of a task cannot use its GPU")
        .hasMessageContaining("-Pcuda");
    assertThatThrownBy(() -> on(Mlp.DEFAULTS, Device.CUDA).open(ROWS))
        .isInstanceOf(ConfigException.class);
  }

  /** The natives that tests have are those of the CPU, whatever the machine. */
  @Test
  void theNativesOfTheCpuHaveNoCuda() {
    assertThat(Place.hasCuda()).isFalse();
    assertThat(Mlp.DEFAULTS.passes(SECOND).place()).isEqualTo(Place.CPU);
    assertThatThrownBy(() -> on(Mlp.DEFAULTS, Device.CUDA).open(ROWS, SECOND))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("libtorch of a task cannot use its GPU");
  }

  @Test
  void whatHadToBeTrainedOnAGpuIsScoredOnAnyDevice() {
    assertThat(on(Mlp.DEFAULTS, Device.CUDA).trained()).isEqualTo(on(Mlp.DEFAULTS, Device.AUTO));
    assertThat(on(Mlp.DEFAULTS, Device.CPU).trained()).isEqualTo(on(Mlp.DEFAULTS, Device.CPU));
    assertThat(Mlp.DEFAULTS.trained()).isEqualTo(Mlp.DEFAULTS);
  }
}

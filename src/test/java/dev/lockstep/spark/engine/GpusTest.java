package dev.lockstep.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

/** The GPUs of tasks. */
class GpusTest {
  private static Map<String, ResourceInformation> gpus(String... addresses) {
    return Map.of("gpu", new ResourceInformation("gpu", addresses));
  }

  @Test
  void theFirstAddressIsTheNumberOfTheGpu() {
    assertThat(Gpus.first(gpus("3", "5"))).hasValue(3);
    assertThat(Gpus.first(gpus())).isEmpty();
    assertThat(Gpus.first(Map.of("fpga", new ResourceInformation("fpga", new String[] {"1"}))))
        .isEmpty();
    assertThat(Gpus.ofTask()).isEmpty(); // no task runs here
  }

  @Test
  void anAddressThatIsNoNumberIsNamed() {
    assertThatThrownBy(() -> Gpus.first(gpus("GPU-5f2a")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("discovery script")
        .hasMessageContaining("gives GPU-5f2a");
  }
}

package dev.lockstep.tune.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.Document;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
  private static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }

  @Test
  void equalConfigurationsHaveEqualTextsWhateverTheirOrderAndNumberTypes() {
    Configuration a =
        new Configuration(ordered("b", 1, "a", ordered("y", List.of(1, 2), "x", true)));
    Configuration b =
        new Configuration(ordered("a", ordered("x", true, "y", List.of(1L, 2L)), "b", 1L));
    assertThat(a).isEqualTo(b).hasSameHashCodeAs(b);
    assertThat(a.text()).isEqualTo(b.text()).isEqualTo("{\"a\":{\"x\":true,\"y\":[1,2]},\"b\":1}");
  }

  @Test
  void emptyPartsAndQuotesKeepTheirForm() {
    Configuration odd =
        new Configuration(
            ordered("a", Map.of(), "b", List.of(), "c", "say \"no\\\"\n", "d\"", 1e-5));
    assertThat(odd.text())
        .isEqualTo("{\"a\":{},\"b\":[],\"c\":\"say \\\"no\\\\\\\"\\u000a\",\"d\\\"\":1.0E-5}");
    assertThat(Configuration.EMPTY.text()).isEqualTo("{}");
  }

  @Test
  void overridesMakeARunFileThatSaysTheSame() {
    Configuration configuration =
        new Configuration(
            ordered(
                "optimizer",
                ordered("kind", "sgd", "momentum", 0.9),
                "optimizer.learning_rate",
                0.05,
                "model.hidden",
                List.of(64, 32),
                "name",
                "a = \"b\""));
    String file = "optimizer { kind = adam, beta1 = 0.9, learning_rate = 1 }, model.kind = mlp";
    Map<String, Object> read = Document.read(file, "run.conf", configuration.overrides()).values();
    assertThat(read.get("optimizer").toString())
        .contains("kind=sgd", "momentum=0.9", "learning_rate=0.05")
        .doesNotContain("beta1");
    assertThat(((Map<?, ?>) read.get("model")).get("hidden")).isEqualTo(List.of(64, 32));
    assertThat(read.get("name")).isEqualTo("a = \"b\"");
  }

  @Test
  void aValueIsFoundInsideObjectsToo() {
    Configuration configuration =
        new Configuration(ordered("optimizer", ordered("kind", "sgd"), "model.depth", 3));
    assertThat(configuration.find("optimizer.kind")).contains("sgd");
    assertThat(configuration.find("model.depth")).contains(3L);
    assertThat(configuration.find("model")).isEmpty();
    assertThat(configuration.find("optimizer.momentum")).isEmpty();
  }

  @Test
  void nothingIsNoValue() {
    assertThatThrownBy(() -> new Configuration(ordered("a", null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is null");
  }
}

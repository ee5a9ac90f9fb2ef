package dev.lockstep.tune.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import dev.lockstep.math.RandomKey;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SpaceTest {
  private static final String MIXED =
      """
      "optimizer.learning_rate" = { log_uniform = [1e-4, 1] }
      regularization { l2 = [1e-4, 1e-3, 1e-2] }
      train.batch_size = [full, 64, 256]
      model = [
        { kind = linear },
        { kind = mlp, depth = { int = [1, 3] }, hidden = [[64], [64, 32]], tower { width = [2, 4] } }
      ]
      """;

  private static final String FINITE =
      """
      a = [0.5, 0.1, 1]
      b = [{ kind = x, c = { int = [1, 4] }, d = [u, v] }, { kind = y }]
      e { uniform = [0, 1], step = 0.25 }
      """;

  static Space space(String text) {
    Document document = Document.read(text, "space.conf", List.of());
    Problems problems = document.problems();
    var space = Space.read(document, "tune.space", problems);
    problems.throwIfAny();
    return space.orElseThrow();
  }

  @Test
  void namesAreThePathsOfTheRunFileQuotedOrNested() {
    assertThat(space(MIXED).dimensions())
        .extracting(Dimension::name)
        .containsExactly(
            "model",
            "model[1].depth",
            "model[1].hidden",
            "model[1].tower.width",
            "optimizer.learning_rate",
            "regularization.l2",
            "train.batch_size");
  }

  @Test
  void quotedAndNestedPathsAreTheSameSpace() {
    Space quoted = space("\"a.z\" { uniform = [0, 1] }, \"a-b\" { uniform = [0, 1] }");
    Space nested = space("a { z { uniform = [0, 1] } }, a-b { uniform = [0, 1] }");
    assertThat(nested.dimensions())
        .extracting(Dimension::name)
        .isEqualTo(quoted.dimensions().stream().map(Dimension::name).toList());
    RandomKey key = RandomKey.of(1);
    assertThat(nested.configuration(nested.random(key)))
        .isEqualTo(quoted.configuration(quoted.random(key)));
  }

  @Test
  void aConfigurationHasWhatItsOptionSaysAndNothingElse() {
    Space space = space(MIXED);
    Set<String> models = new TreeSet<>();
    for (int i = 0; i < 200; i++) {
      double[] point = space.random(RandomKey.of(1).child(i));
      Configuration configuration = space.configuration(point);
      models.add(new Configuration(Map.of("model", configuration.values().get("model"))).text());
      boolean linear = configuration.find("model.kind").orElseThrow().equals("linear");
      assertThat(space.active(point)[1]).isEqualTo(!linear);
      assertThat(configuration.find("model.depth").isPresent()).isEqualTo(!linear);
    }
    // one linear model, and 3 x 2 x 2 of the other
    assertThat(models)
        .hasSize(13)
        .contains("{\"model\":{\"kind\":\"linear\"}}")
        .contains(
            "{\"model\":{\"depth\":2,\"hidden\":[64,32],\"kind\":\"mlp\",\"tower\":{\"width\":4}}}");
  }

  @Test
  void aPointAndItsConfigurationSayTheSame() {
    for (String text : List.of(MIXED, FINITE)) {
      Space space = space(text);
      for (int i = 0; i < 500; i++) {
        double[] point = space.random(RandomKey.of(2).child(i));
        Configuration configuration = space.configuration(point);
        double[] back = space.point(configuration).orElseThrow();
        assertThat(space.configuration(back)).isEqualTo(configuration);
        assertThat(space.snapped(back)).isEqualTo(space.snapped(space.snapped(back)));
        assertThat(space.active(back)).isEqualTo(space.active(point));
      }
    }
  }

  @Test
  void theGridHasEveryConfigurationOnce() {
    Space space = space(FINITE);
    assertThat(space.size()).hasValue(3 * (4 * 2 + 1) * 5);
    Set<Configuration> grid = new HashSet<>();
    for (long i = 0; i < space.size().getAsLong(); i++) {
      grid.add(space.grid(i));
    }
    assertThat(grid).hasSize(135);
    for (int i = 0; i < 500; i++) {
      assertThat(grid).contains(space.configuration(space.random(RandomKey.of(3).child(i))));
    }
  }

  @Test
  void theGridGoesThroughListsInTheirOrderTheLastPathFastest() {
    Space space = space("b = [3, 1], a = [y, x]");
    assertThat(List.of(0L, 1L, 2L, 3L))
        .extracting(i -> space.grid(i).text())
        .containsExactly(
            "{\"a\":\"y\",\"b\":3}",
            "{\"a\":\"y\",\"b\":1}",
            "{\"a\":\"x\",\"b\":3}",
            "{\"a\":\"x\",\"b\":1}");
  }

  @Test
  void everyMemberOfAListIsDrawnAlike() {
    Space space = space("a = [0.5, 0.1, 1, 7]");
    int[] counts = new int[4];
    int draws = 10_000;
    for (int i = 0; i < draws; i++) {
      Object value = space.configuration(space.random(RandomKey.of(4).child(i))).values().get("a");
      counts[List.<Object>of(0.5, 0.1, 1L, 7L).indexOf(value)]++;
    }
    double six = 6 * Math.sqrt(draws * 0.25 * 0.75);
    for (int count : counts) {
      assertThat((double) count).isCloseTo(draws / 4.0, within(six));
    }
  }

  @Test
  void numbersOfAListHavePlacesByRankAndOthersBetweenThem() {
    Listed listed = new Listed(List.of(0.1, 0.001, 0.01));
    assertThat(listed.categorical()).isFalse();
    assertThat(listed.unit((Object) 0.001)).hasValue(0.5 / 3);
    assertThat(listed.unit((Object) 0.1)).hasValue(2.5 / 3);
    assertThat(listed.unit((Object) 0.055).getAsDouble()).isBetween(1.9 / 3, 2.1 / 3);
    assertThat(listed.unit((Object) 7)).hasValue(2.5 / 3);
    assertThat(listed.unit((Object) 0)).hasValue(0.5 / 3);
    assertThat(new Listed(List.of("a", "b")).unit((Object) "c")).isEmpty();
  }

  @Test
  void samplesHaveEveryMemberAndBothEndsUnderTheirOptions() {
    Space space = space(MIXED);
    List<Sample> samples = space.samples();
    assertThat(samples)
        .filteredOn(sample -> sample.name().equals("model[1].depth"))
        .extracting(sample -> sample.configuration().find("model.depth").orElseThrow())
        .containsExactly(1L, 3L);
    assertThat(samples)
        .filteredOn(sample -> sample.name().equals("optimizer.learning_rate"))
        .extracting(Sample::value)
        .containsExactly(1e-4, 1.0);
    assertThat(samples)
        .filteredOn(sample -> sample.name().equals("train.batch_size"))
        .extracting(Sample::place)
        .containsExactly(
            "tune.space.train.batch_size[0]",
            "tune.space.train.batch_size[1]",
            "tune.space.train.batch_size[2]");
    assertThat(samples).hasSize(2 + 2 + 2 + 2 + 2 + 3 + 3);
  }

  @Test
  void aConfigurationThatIsNoPointIsTold() {
    Space space = space(FINITE);
    assertThat(space.point(Configuration.EMPTY)).isEmpty();
    Configuration grid = space.grid(7);
    var values = new TreeMap<>(grid.values());
    values.put("b", Map.of("kind", "z"));
    assertThat(space.point(new Configuration(values))).isEmpty();
    values.putAll(grid.values());
    values.put("a", 0.3);
    assertThat(space.point(new Configuration(values))).isPresent();
    values.put("other", 1);
    assertThat(space.point(new Configuration(values))).isPresent();
  }

  @Test
  void objectsThatDifferInTheirRangesAloneAreToldApart() {
    Space space =
        space(
            """
            o = [
              { kind = x, r = { uniform = [0, 0.5] }, n = [1, 2] }
              { kind = x, r = { uniform = [0.5, 1] }, n = [1, 2] }
              { kind = x, r = { uniform = [0.5, 1] }, n = { int = [3, 9], step = 3 } }
              { kind = x, r = { normal = [5, 1] }, n = { int_log = [1, 8], step = 2 } }
            ]
            """);
    for (int i = 0; i < 200; i++) {
      double[] point = space.random(RandomKey.of(3).child(i));
      Configuration configuration = space.configuration(point);
      double[] back = space.point(configuration).orElseThrow();
      assertThat(back[0]).as(configuration.text()).isEqualTo(point[0]);
      assertThat(space.configuration(back)).isEqualTo(configuration);
    }
    Object beside = Map.of("kind", "x", "r", 1.5, "n", 3);
    double[] nearest = space.point(new Configuration(Map.of("o", beside))).orElseThrow();
    assertThat(nearest[0]).as("no object has both").isEqualTo(0.125);
    assertThat(nearest[2]).as("the first one's end").isEqualTo(1);
  }

  @Test
  void hugeSpacesAreCountedWithoutOverflow() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      text.append("x").append(i).append(" { int = [0, 1000000] }\n");
    }
    assertThat(space(text.toString()).size()).hasValue(Long.MAX_VALUE);
  }
}

package dev.lockstep.tune.space;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.Document;
import dev.lockstep.config.Problems;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused before anything trains, each with its line. */
class SpaceProblemsTest {
  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(
            "a.b { log_unifrom = [1, 2] }",
            "log_unifrom is no distribution; did you mean log_uniform?"),
        Arguments.of("\"a.b\" { gamma = [1, 2] }", "gamma is no distribution; known are uniform"),
        Arguments.of("a { uniform = [1, 2], int = [1, 2] }", "must have one distribution, has 2"),
        Arguments.of("a { uniform = [1, 2], stop = 1 }", "stop is no distribution"),
        Arguments.of("a { uniform = [1, 2, 3] }", "must be a list of two numbers"),
        Arguments.of("a { uniform = 7 }", "must be a list of two numbers, is 7"),
        Arguments.of("a { uniform = [low, 2] }", "must be a list of two numbers"),
        Arguments.of("a { uniform = [1, 1] }", "is empty"),
        Arguments.of("a { uniform = [2, 1] }", "is inverted"),
        Arguments.of("a { uniform = [0, 1], step = 0.3 }", "must be a whole number of steps"),
        Arguments.of("a { uniform = [0, 1], step = 2 }", "must be a whole number of steps"),
        Arguments.of("a { uniform = [0, 1], step = 0 }", "must have a step above 0"),
        Arguments.of("a { uniform = [0, 1], step = few }", "step must be a number, is few"),
        Arguments.of("a { log_uniform = [0, 1] }", "must be above 0 for a logarithm"),
        Arguments.of("a { log_uniform = [1, 8], step = 1 }", "must have a step above 1"),
        Arguments.of("a { log_uniform = [1, 8], step = 3 }", "must be a whole number of steps"),
        Arguments.of("a { int = [1, 2.5] }", "must be whole numbers"),
        Arguments.of("a { int = [1, 4], step = 1.5 }", "must have a whole number as step"),
        Arguments.of("a { int_log = [-1, 4] }", "must be above 0 for a logarithm"),
        Arguments.of(
            "a { int_log = [2, 3], step = 1.1066819197003215 }", "different whole numbers"),
        Arguments.of("a { normal = [1, 0] }", "a deviation above 0"),
        Arguments.of("a { normal = [1, 1], step = 4 }", "must have a step of at most 3 deviations"),
        Arguments.of("a = []", "must have at least one value"),
        Arguments.of("a = [1, 2, 1.0]", "a[2] is there twice"),
        Arguments.of("a = [x, y, x]", "a[2] is there twice"),
        Arguments.of("a = [{ kind = x }, { kind = x }]", "a[1] is there twice"),
        Arguments.of("a = [{ kind = x }, 3]", "must be either all objects or none"),
        Arguments.of("a = [1, null]", "must not be null"),
        Arguments.of("a = [[1, null]]", "must not hold null"),
        Arguments.of("a = [{ kind = x, b { uniform = [2, 1] } }]", "a[0].b.uniform is inverted"),
        Arguments.of("a = [{ kind = x, b = [1, 1] }]", "a[0].b[1] is there twice"),
        Arguments.of("\"a.b\" = [1], a { b = [2] }", "is there twice, quoted and nested"),
        Arguments.of("\"a.b\" = [1], a = [{ kind = x, b = 2 }]", "is also in the objects of a"),
        Arguments.of("a = 3", "varies nothing"),
        Arguments.of("", "varies nothing"));
  }

  private static List<String> problems(String space) {
    Document document = Document.read(space, "space.conf", List.of());
    Problems problems = document.problems();
    var read = Space.read(document, "tune.space", problems);
    assertThat(read.isEmpty()).isEqualTo(!problems.isEmpty());
    return problems.sentences();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultIsNamed(String space, String sentence) {
    assertThat(problems(space)).anySatisfy(one -> assertThat(one).contains(sentence));
  }

  @Test
  void allFaultsAreToldAtOnceWithFileAndLine() {
    String file =
        """
        tune.space {
          a { uniform = [2, 1] }
          "b.c" { gamma = [1, 2] }
          d = [1, 1]
          model = [
            { kind = x },
            { kind = y, e { log_uniform = [-1, -2], step = 3 } }
          ]
        }
        """;
    Document document = Document.read(file, "run.conf", List.of());
    Problems problems = document.problems();
    Map<?, ?> tune = (Map<?, ?>) document.values().get("tune");
    Map<String, Object> space = new TreeMap<>();
    ((Map<?, ?>) tune.get("space")).forEach((key, value) -> space.put("" + key, value));
    new SpaceReader(problems).read(space, "tune.space");
    assertThat(problems.sentences())
        .hasSize(5)
        .anySatisfy(
            one -> assertThat(one).startsWith("run.conf:2: tune.space.a.uniform is inverted"))
        .anySatisfy(one -> assertThat(one).startsWith("run.conf:3: tune.space.\"b.c\".gamma is no"))
        .anySatisfy(one -> assertThat(one).startsWith("run.conf:4: tune.space.d[1] is there twice"))
        .anySatisfy(one -> assertThat(one).startsWith("run.conf:7:").contains("is inverted"))
        .anySatisfy(one -> assertThat(one).startsWith("run.conf:7:").contains("above 0"));
  }
}

package dev.lockstep.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamePatternsTest {
  private static final Layout LAYOUT =
      Layout.empty().with("0.weight", true, 2).with("0.bias", false, 1).with("10.weight", true, 2);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.weight  | 0.weight",
        "0.*       | 0.weight 0.bias",
        "*.weight  | 0.weight 10.weight",
        "*0.*t     | 0.weight 10.weight",
        "*         | 0.weight 0.bias 10.weight",
        "0.weigh   | ''",
        "0?weight  | ''",
        "0.w.*     | ''",
        "\\E.*\\Q  | ''",
      })
  void aStarStandsForAnyLettersAndNothingElseDoes(String pattern, String matched) {
    NamePatterns patterns = new NamePatterns(List.of("none", pattern));
    List<String> names =
        LAYOUT.slices().stream().filter(patterns::match).map(Layout.Slice::name).toList();
    assertThat(String.join(" ", names)).isEqualTo(matched);
  }

  @Test
  void whatMatchesNothingIsNamedWithTheNearest() {
    NamePatterns patterns = new NamePatterns(List.of("0.*", "10.wieght", "transformer"));
    assertThat(patterns.problems("init.only", LAYOUT))
        .containsExactly(
            "init.only[1] is 10.wieght, which is the name of no parameter; did you mean 10.weight?",
            "init.only[2] is transformer, which is the name of no parameter; there are 0.weight,"
                + " 0.bias, 10.weight");
  }
}

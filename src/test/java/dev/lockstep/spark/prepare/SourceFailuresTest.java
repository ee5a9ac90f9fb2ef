package dev.lockstep.spark.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.Binder;
import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.source.NoColumnException;
import dev.lockstep.spark.source.Sources;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceFailuresTest {
  private static DataConfig data(String text) {
    Document document =
        Document.read("source { format = synthetic }\n" + text, "run.conf", List.of());
    return new Binder(List.of(Sources.REGISTRY)).bind(document, DataConfig.class);
  }

  private static Supplier<Integer> failing(RuntimeException failure) {
    return () -> {
      throw failure;
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "series { time = nope, window = 2 }                       | data.series.time",
        "series { time = t, key = [town, nope], window = 2 }      | data.series.key",
        "series { time = t, columns = [rain, nope], window = 2 }  | data.series.columns",
        "features = [{ columns = [nope], encode = text_tokens }]  | data.features",
        "label = nope                                             | data.label",
        "columns { y = \"nope + 1\" }, label = y                  | data.columns.y",
        "where = \"nope > 1\"                                     | data.where",
        "split { test = \"nope > 1\" }                            | data.split.test",
        "weight = nope                                            | data.weight"
      })
  void aColumnThatIsMissingIsToldWithTheSettingThatNamesIt(String text, String setting) {
    Map<String, Collection<String>> settings = Columns.settings(data(text), Optional.empty());
    NoColumnException missing = new NoColumnException("nope", List.of("a", "b"));
    assertThatThrownBy(() -> SourceFailures.told(failing(missing), 0, settings))
        .isExactlyInstanceOf(DataException.class)
        .hasMessage(setting + ": the source has no column nope; it has a, b")
        .hasNoCause();
    assertThatThrownBy(() -> SourceFailures.told(failing(missing), 2, settings))
        .hasMessage(setting + ": the test source has no column nope; it has a, b");
  }

  @Test
  void theColumnOfOrderedFoldsIsASettingOfTheStudy() {
    assertThat(Columns.settings(data(""), Optional.of("day")))
        .containsEntry("tune.fold_by", List.of("day"));
  }

  @Test
  void aProblemOfAnotherSourceNamesItsOwnSection() {
    String said = "/x/data.source.gz does not exist: check data.source.path";
    InputMissingException missing = new InputMissingException(said);
    assertThatThrownBy(() -> SourceFailures.told(failing(missing), 0, Map.of())).isSameAs(missing);
    assertThatThrownBy(() -> SourceFailures.told(failing(missing), 1, Map.of()))
        .isExactlyInstanceOf(InputMissingException.class)
        .hasMessage("/x/data.source.gz does not exist: check data.validation_source.path");
    DataException types = new DataException("data.source.types names the column a");
    assertThatThrownBy(() -> SourceFailures.told(failing(types), 2, Map.of()))
        .isExactlyInstanceOf(DataException.class)
        .hasMessage("data.test_source.types names the column a");
    ConfigException images = new ConfigException("data.source.images must be one idx file");
    assertThatThrownBy(() -> SourceFailures.told(failing(images), 2, Map.of()))
        .isExactlyInstanceOf(ConfigException.class)
        .hasMessage("data.test_source.images must be one idx file");
    assertThat(SourceFailures.told(() -> 3, 1, Map.of())).isEqualTo(3);
  }
}

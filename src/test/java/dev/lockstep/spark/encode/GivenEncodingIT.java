package dev.lockstep.spark.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.Binder;
import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Document;
import dev.lockstep.loss.Loss.Task;
import dev.lockstep.spark.prepare.DataConfig;
import dev.lockstep.spark.source.Sources;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows that are read as those of another training. */
class GivenEncodingIT {
  private static final String COLUMNS = "columns = true, features = 2, classes = 3";

  private static DataConfig data(String source, String features) {
    String text =
        "source { format = synthetic, task = multiclass, rows = 200, %s }\n%s"
            .formatted(source, features);
    return new Binder(List.of(Sources.REGISTRY))
        .bind(Document.read(text, "run.conf", List.of()), DataConfig.class);
  }

  private static Encoding fit(DataConfig data) {
    return EncodingFit.fit(EncodingIT.prepare(data), data, Task.MULTICLASS);
  }

  @ParameterizedTest
  @CsvSource({"none, true, 3, 2", "standardize, false, {features=3}, {features=2}"})
  void vectorsOfAnotherSizeAreRefused(String encode, boolean fixed, String theirs, String mine) {
    String features = "features = [{ columns = features, encode = %s }]".formatted(encode);
    Encoding model = fit(data("features = 3", features));
    Encoding own = fit(data("features = 2", features));
    assertThatThrownBy(() -> own.through(GivenEncoding.ofTeacher(model), fixed))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "distill.teacher had vectors of another size: %s, the run has %s: give all rows",
            theirs, mine);
  }

  @Test
  void featuresAndLabelsAreReadApart() {
    Encoding model = fit(data(COLUMNS + ", seed = 1", ""));
    Encoding own = fit(data("columns = true, features = 2, classes = 2, seed = 2", ""));
    assertThat(own.sameFeatures(model)).isFalse();
    Encoding features = own.through(given(model, true, false), false);
    assertThat(features.sameFeatures(model)).isTrue();
    assertThat(features.scaled()).isEmpty();
    assertThat(features.schema().classes()).containsExactly("0", "1");
    Encoding labels = own.through(given(model, false, true), false);
    assertThat(labels.sameFeatures(own)).isTrue();
    assertThat(labels.scaled()).isEqualTo(own.scaled()).isNotEmpty();
    assertThat(labels.schema().classes()).containsExactly("0", "1", "2");
    assertThatThrownBy(() -> model.through(given(own, false, true), false))
        .hasMessageContaining(
            "init knows the classes 0, 1, the training rows have 2: take nothing");
  }

  private static GivenEncoding given(Encoding model, boolean features, boolean labels) {
    return new GivenEncoding(model, GivenEncoding.Whose.INITIAL, features, labels);
  }
}

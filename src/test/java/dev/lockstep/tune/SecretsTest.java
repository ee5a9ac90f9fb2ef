package dev.lockstep.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.strategy.Status;
import dev.lockstep.tune.strategy.Trial;
import dev.lockstep.tune.strategy.TrialReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SecretsTest {
  private static final String ONE = "s3a://nightly:hunter2@bucket/model";
  private static final String TWO = "s3a://nightly:hunter3@bucket/model";
  private static final String STUDY =
      """
      strategy { kind = grid }
      space {
        init = ["%s", "%s", "hdfs://plain/model"]
        data { api { key = [staple, battery] } }
        source = [{ kind = a, passwords = [1, 2] }, { kind = b }]
      }
      """
          .formatted(ONE, TWO);

  private final StudyPlan plan = StudyTest.plan(STUDY);

  @Test
  void whatIsHiddenComesBackAndShowsNothing() {
    for (long i = 0; i < plan.trials(); i++) {
      Map<String, Object> values = plan.space().grid(i).values();
      Map<String, Object> hidden = plan.secrets().hidden(values);
      String text = hidden.toString() + new Configuration(hidden);
      assertThat(text).doesNotContain("hunter", "staple", "battery").contains("kind=");
      assertThat(new Configuration(plan.secrets().revealed(hidden)))
          .isEqualTo(new Configuration(values));
    }
    assertThat(plan.resolved().toString())
        .doesNotContain("hunter", "staple", "battery")
        .contains("hdfs://plain/model");
  }

  @Test
  void secretsThatLookAlikeCanBeToldApart() {
    Object one = plan.shown(Map.of("init", ONE)).get("init");
    Object two = plan.shown(Map.of("init", TWO)).get("init");
    assertThat(one).asString().startsWith("s3a://<redacted>@bucket/model").isNotEqualTo(two);
    assertThat(plan.shown(Map.of("init", "hdfs://plain/model")).get("init"))
        .isEqualTo("hdfs://plain/model");
  }

  @Test
  void anotherPasswordInItsPlaceContinuesTheStudy() {
    StudyPlan rotated = StudyTest.plan(STUDY.replace("hunter2", "correct-horse"));
    Resumption.check(plan.resolved(), rotated.resolved());
    Map<String, Object> hidden = plan.secrets().hidden(Map.of("init", ONE));
    assertThat(rotated.secrets().revealed(hidden).get("init"))
        .isEqualTo(ONE.replace("hunter2", "correct-horse"));
  }

  @Test
  void anotherColumnInItsPlaceIsAnotherStudy() {
    String study = "strategy { kind = grid }, space { data.columns.token = [%s, b] }";
    StudyPlan one = StudyTest.plan(study.formatted("a"));
    StudyPlan other = StudyTest.plan(study.formatted("c"));
    assertThatThrownBy(() -> Resumption.check(one.resolved(), other.resolved()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tune.space.data.columns.token[0] was a, is c");
  }

  @Test
  void aJournalHoldsNoSecretAndGivesThemBack() {
    List<String> lines = new ArrayList<>();
    Journal kept =
        new Journal() {
          @Override
          public List<Event> read() {
            return lines.stream().map(line -> EventJson.parse(line, "a line")).toList();
          }

          @Override
          public void append(Event event) {
            lines.add(EventJson.text(event));
          }
        };
    Journal journal = new SecretlessJournal(kept, plan);
    List<Event> events = new ArrayList<>();
    events.add(new Event.StudyStarted(plan.resolved(), 0));
    Trial trial = new Trial(0, 0, 0, false, plan.space().grid(0));
    events.add(new Event.WaveProposed(List.of(trial), 1, 0.5));
    Optional<String> why = Optional.of("init " + ONE + ": is not there");
    TrialReport failed = new TrialReport(0, Status.FAILED, why, List.of(), 0);
    events.add(new Event.TrialEnded(failed, 1));
    events.forEach(journal::append);
    assertThat(String.join("", lines)).doesNotContain("hunter", "staple", "battery");
    assertThat(events.get(1).toString()).doesNotContain("hunter");
    assertThat(journal.read().get(1)).isEqualTo(events.get(1));
    assertThat(journal.read().get(2)).isEqualTo(events.get(2));
  }
}

package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AirflowDagTest {
  private static final String DAY = "2026-01-05";

  private static final Pattern SCORE = Pattern.compile(".*\"score\": ([0-9.]+).*");

  @TempDir Path root;
  private Airflow airflow;

  @BeforeEach
  void folders() throws IOException {
    airflow = Airflow.at(root);
    Files.createDirectories(root.resolve("results"));
  }

  @Test
  void tasksFollowEachOtherAndAreRetried() {
    JsonNode plan = airflow.plan(DAY, "spark://host:7077", "client");
    assertThat(plan.at("/tasks/train/next/0").asText()).isEqualTo("evaluate");
    assertThat(plan.at("/tasks/evaluate/next/0").asText()).isEqualTo("champion");
    assertThat(plan.at("/tasks/champion/next/0").asText()).isEqualTo("promote");
    assertThat(plan.at("/tasks/promote/next")).isEmpty();
    assertThat(plan.get("retries").asInt()).isPositive();
  }

  @Test
  void everyTemplateIsRenderedAndTheDayIsTheRunId() {
    JsonNode plan = airflow.plan(DAY, "spark://host:7077", "client");
    assertThat(plan.toString()).doesNotContain("{{", "{%");
    assertThat(airflow.argv("train", DAY, "spark://host:7077", "cluster"))
        .containsSubsequence("--deploy-mode", "cluster", root + "/lockstep.jar", "train")
        .containsSubsequence("--run-id", DAY)
        .containsSubsequence("--result-file", root + "/results/" + DAY + "-train.json");
  }

  @Test
  void aModelIsPromotedOnlyIfItIsNoWorse() throws IOException {
    results("2026-01-01", 0, 0.50);
    assertThat(airflow.call("promote", "2026-01-01").lastLine()).isEqualTo("True");
    results("2026-01-02", 0, 0.51);
    assertThat(airflow.call("promote", "2026-01-02").lastLine()).isEqualTo("False");
    assertThat(current()).contains("2026-01-01");
    results("2026-01-03", 0, 0.50);
    assertThat(airflow.call("promote", "2026-01-03").lastLine()).isEqualTo("True");
    results("2026-01-04", 0, 0.49);
    assertThat(airflow.call("promote", "2026-01-04").lastLine()).isEqualTo("True");
    assertThat(current()).contains("/runs/2026-01-04/model", "0.49");
  }

  @Test
  void theChampionIsJudgedOnTheRowsOfTheNight() throws IOException {
    List<String> first = airflow.argv("champion", DAY, "spark://host:7077", "client");
    assertThat(first).containsSubsequence("--model", root + "/runs/" + DAY + "/model");
    results("2026-01-01", 0, 0.50);
    airflow.call("promote", "2026-01-01");
    List<String> second = airflow.argv("champion", DAY, "spark://host:7077", "client");
    assertThat(second)
        .containsSubsequence("--model", root + "/runs/2026-01-01/model")
        .containsSubsequence("--set", "data.source.path=" + root + "/holdout")
        .containsSubsequence("--result-file", root + "/results/" + DAY + "-champion.json");
    results(DAY, 0, 0.55);
    judged(DAY + "-champion", "log_loss", "0.60"); // by harder rows than those of 2026-01-01
    assertThat(airflow.call("promote", DAY).lastLine()).isEqualTo("True");
    assertThat(current()).contains("/runs/" + DAY + "/model");
  }

  @Test
  void aChampionThatCannotBeJudgedIsNamedWithTheWayOut() throws IOException {
    results("2026-01-01", 0, 0.50);
    airflow.call("promote", "2026-01-01");
    results(DAY, 0, 0.45);
    Path champion = root.resolve("results/" + DAY + "-champion.json");
    Files.writeString(
        champion, "{\"status\": \"failed\", \"exit_code\": 66, \"error\": \"no model\"}");
    Child.Outcome outcome = airflow.call("promote", DAY);
    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.text())
        .contains("/runs/2026-01-01/model could not be judged", "no model", "remove " + root);
    Files.delete(champion);
    assertThat(airflow.call("promote", DAY).text()).contains("could not be judged");
    assertThat(current()).contains("/runs/2026-01-01/model");
  }

  @ParameterizedTest
  @CsvSource({"f1_macro, true", "top_k_accuracy, true", "auc, true", "rmse, false"})
  void whichScoreIsBetterDependsOnTheMetric(String metric, boolean higher) throws IOException {
    Airflow judge = airflow.judgingBy(metric);
    for (int day = 1; day <= 2; day++) {
      results("2026-01-0" + day, 0, metric, "0." + (10 - day)); // the second is lower
      judge.call("promote", "2026-01-0" + day);
    }
    assertThat(current()).contains(metric, higher ? "2026-01-01" : "2026-01-02");
  }

  @Test
  void promotingTwiceChangesNothing() throws IOException {
    results(DAY, 0, 0.5);
    airflow.call("promote", DAY);
    String before = current();
    assertThat(airflow.call("promote", DAY).exitCode()).isZero();
    assertThat(current()).isEqualTo(before);
  }

  @Test
  void aFailedTrainingIsNeverPromotedThoughItsExitCodeWasLost() throws IOException {
    results(DAY, 66, 0.1);
    Child.Outcome outcome = airflow.call("promote", DAY);
    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.text()).contains("exit code 66");
    assertThat(root.resolve("current.json")).doesNotExist();
  }

  @Test
  void aCommandThatDiedWithoutAWordHasNoResult() throws IOException {
    results(DAY, 0, 0.5);
    Files.writeString(
        root.resolve("results/" + DAY + "-train.json"),
        "{\"status\": \"running\", \"started\": \"2026-01-05T02:00:00Z\"}");
    Child.Outcome outcome = airflow.call("promote", DAY);
    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.text()).contains("running since 2026-01-05T02:00:00Z: no result of this");
    assertThat(root.resolve("current.json")).doesNotExist();
  }

  @Test
  void aModelWithoutAFiniteScoreIsNeverPromoted() throws IOException {
    for (String score : List.of("null", "NaN", "\"0.1\"")) {
      results(DAY, 0, score);
      Child.Outcome outcome = airflow.call("promote", DAY);
      assertThat(outcome.exitCode()).as(outcome.text()).isNotZero();
      assertThat(outcome.text()).contains("log_loss is", "must be a finite number");
      assertThat(root.resolve("current.json")).doesNotExist();
    }
    results(DAY, 0, 0.5);
    assertThat(airflow.call("promote", DAY).exitCode()).isZero();
  }

  private String current() throws IOException {
    return Files.readString(root.resolve("current.json"));
  }

  private void results(String day, int trainCode, double logLoss) throws IOException {
    results(day, trainCode, Double.toString(logLoss));
  }

  private void results(String day, int trainCode, String logLoss) throws IOException {
    results(day, trainCode, "log_loss", logLoss);
  }

  private void results(String day, int trainCode, String metric, String score) throws IOException {
    Files.writeString(
        root.resolve("results/" + day + "-train.json"),
        "{\"status\": \"x\", \"exit_code\": " + trainCode + "}");
    judged(day + "-evaluate", metric, score);
    boolean first = !Files.exists(root.resolve("current.json"));
    judged(day + "-champion", metric, first ? score : SCORE.matcher(current()).replaceAll("$1"));
  }

  private void judged(String name, String metric, String score) throws IOException {
    Files.writeString(
        root.resolve("results/" + name + ".json"),
        "{\"exit_code\": 0, \"metrics\": {\"all\": {\"%s\": %s}}}".formatted(metric, score));
  }
}

package dev.lockstep.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.train.store.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages make of numbers: scales, epochs and times. */
class PageScalesIT {
  @TempDir private static Path folder;

  private static Browser browser;
  private static Path training;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    Optional<Path> chromium = Browser.executable();
    if (chromium.isEmpty()) {
      System.out.println("skipped: " + Browser.MISSING);
    }
    assumeTrue(chromium.isPresent(), Browser.MISSING);
    browser = new Browser(chromium.get(), Files.createDirectory(folder.resolve("profile")));
    training = page("run", 20, SampleStudy.result(""));
    browser.look(1280, "light");
    browser.open(training);
  }

  private static Path page(String name, int epochs, ObjectNode result) throws IOException {
    RunDirectory run = SampleRun.write(folder.resolve(name), epochs, "");
    byte[] page = TrainingReport.page(run, result, SampleStudy.WRITTEN);
    return Files.write(folder.resolve(name + ".html"), page);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (browser != null) {
      browser.close();
    }
  }

  /** As scores of folds do that were added in another order. */
  @Test
  void valuesThatDifferByRoundingHaveAnAxis() {

    String ticks = "linear(0.19999999999999998, 0.20000000000000004, 0, 100).ticks(7).length";
    assertThat(browser.evaluate(ticks).asInt()).isBetween(2, 14);
  }

  @Test
  void everyStepHasItsEpochHoweverManyThereAre() {
    browser.open(training);

    String told =
        "STEPS.epochs = { x: [7, 28000, 28003], y: [1, 4000, 4001] };"
            + " [1, 7, 8, 14, 15, 21007, 21008, 28000, 28001, 28003, 28004].map(epochAt).join()";
    assertThat(browser.evaluate(told).asText()).isEqualTo("1,1,2,2,3,3001,3002,4000,4001,4001,");
    assertThat(browser.evaluate("[0, 1, 2, 3001, 4000, 4001, 4002].map(endOf).join()").asText())
        .isEqualTo(",7,14,21007,28000,28003,");
    assertThat(
            browser
                .evaluate(
                    "[...document.querySelectorAll('text.epochs')].slice(1, 4).map(one => one.textContent).join()")
                .asText())
        .isEqualTo("2,4,6");
  }

  /** As that of a trial that all but diverged. */
  @Test
  void aFarWorseValueIsAtTheEdgeAndTheOthersAreToldApart() {

    String losses = "[0.5, 0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.7, 4.5e16, null]";
    assertThat(browser.evaluate("bulk(" + losses + ", false).join()").asText())
        .isEqualTo("0.5,0.7");
    assertThat(
            browser.evaluate("bulk(" + losses + ".map(one => one && -one), true).join()").asText())
        .isEqualTo("-0.7,-0.5");
    assertThat(browser.evaluate("bulk([1, 1, 1, 1, 1, 1, 1, 9], false).join()").asText())
        .isEqualTo("1,9");
    String equal = "[0.2, 0.2, 0.2, ...Array(4).fill(0.2 + 1e-16), 9]";
    assertThat(browser.evaluate("bulk(" + equal + ", false)[1]").asInt()).isEqualTo(9);
    assertThat(browser.evaluate("bulk([1, 2, 900], false).join()").asText()).isEqualTo("1,900");
    assertThat(browser.evaluate("farWorse(" + losses + ", false)").asText())
        .isEqualTo("; at the edge: 1 far worse value");
    String scale = "metricScale(%s, false, 0, 100, 0)".formatted(losses);
    assertThat(browser.evaluate("[0.5, 0.6, 0.7, 4.5e16].map(" + scale + ").map(round).join()"))
        .hasToString("\"100,50,0,0\"");
    assertThat(browser.evaluate("colouring(" + losses + ", false)(4.5e16)").asText())
        .isEqualTo("m0");
  }

  @Test
  void aTrainingWithoutAResultTellsHowFarItIs() throws IOException {
    ObjectNode result = SampleStudy.JSON.createObjectNode().put("status", "unfinished");
    String figures =
        "[...document.querySelectorAll('main > *')].map(one => one.textContent).join('|')";
    browser.open(page("killed", 3, result));
    assertThat(browser.evaluate(figures).asText())
        .contains("Epochs3so far", "Steps1,500the last one logged")
        .doesNotContain("Result");
    browser.open(page("unborn", 0, result));
    assertThat(browser.evaluate(figures).asText())
        .contains("No step or epoch was logged.")
        .doesNotContain("Epochs", "Steps", "Result");
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void noTimeHasSixtySeconds() {

    assertThat(
            browser
                .evaluate("[9.999, 59.94, 59.96, 119.7, 3599.6, 3661].map(duration).join()")
                .asText())
        .isEqualTo("10.0 s,59.9 s,1 min 0 s,2 min 0 s,1 h 0 min,1 h 1 min");
  }
}

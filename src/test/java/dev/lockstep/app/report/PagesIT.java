package dev.lockstep.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages in a browser: nothing fails, nothing is asked for, no name is markup. */
class PagesIT {
  /** Ends elements, opens others, runs scripts, and is a formula. */
  private static final String HOSTILE =
      ".=HYPERLINK(\"http://127.0.0.1:9\")</script></title><script>window.pwned=1</script>"
          + "<img src=x onerror=\"window.pwned=1\"><!--'&amp;\u2028\u2029{{data}}$1";

  private static final int TRIALS = 200;

  @TempDir private static Path folder;

  private static Browser browser;
  private static Path training;
  private static Path study;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    Optional<Path> chromium = Browser.executable();
    if (chromium.isEmpty()) {
      System.out.println("skipped: " + Browser.MISSING);
    }
    assumeTrue(chromium.isPresent(), Browser.MISSING);
    browser = new Browser(chromium.get(), Files.createDirectory(folder.resolve("profile")));
    training = folder.resolve("training.html");
    Files.write(
        training,
        TrainingReport.page(
            SampleRun.write(folder.resolve("run"), 20, HOSTILE), result(), SampleStudy.WRITTEN));
    study = folder.resolve("study.html");
    Files.write(study, SampleStudy.of(TRIALS, HOSTILE).page(result(), SampleStudy.WRITTEN));
  }

  private static ObjectNode result() {
    ObjectNode result = SampleStudy.result(HOSTILE).put("reason", "it may" + HOSTILE);
    result.putObject("best").put("epoch", 18);
    result.putObject("rows").put("train", 32_000).put("test", 4000);
    result.putObject("seconds").put("prepare", 2.5).put("train", 61.2).put("total", 70.0);
    return result;
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (browser != null) {
      browser.close();
    }
  }

  private static void open(Path page) {
    browser.look(1280, "light");
    browser.open(page);
  }

  private static int count(String selector) {
    return browser.evaluate("document.querySelectorAll('" + selector + "').length").asInt();
  }

  private static void isCleanAndInert(Path page) {
    assertThat(browser.errors()).isEmpty();
    assertThat(browser.requests()).containsExactly(page.toUri().toString());
    assertThat(browser.evaluate("typeof window.pwned").asText()).isEqualTo("undefined");
    assertThat(count("script")).isEqualTo(2);
    assertThat(count("img, iframe, object, embed, form, a")).isZero();
    assertThat(browser.evaluate("document.querySelector('h1').textContent").asText())
        .endsWith(HOSTILE);
  }

  @Test
  void aTrainingHasItsCurvesAndTables() {
    open(training);
    isCleanAndInert(training);
    assertThat(count("#learning-curves svg.lines")).isEqualTo(6);
    assertThat(count("#learning-curves svg.lines path.curve")).isEqualTo(8);
    assertThat(
            browser
                .evaluate(
                    "document.querySelector('.curve.faint').getAttribute('d').split('L').length")
                .asInt())
        .isEqualTo(1000);
    assertThat(count("svg.bars rect.bar")).isEqualTo(3);
    assertThat(count("#result table tbody tr")).isEqualTo(3);
    assertThat(count("table.confusion td.cell")).isEqualTo(4);
    assertThat(
            browser.evaluate("document.querySelector('#confusion th[scope=row]').title").asText())
        .isEqualTo("<=50K" + HOSTILE);
    assertThat(browser.evaluate("document.querySelector('.hash:last-child').textContent").asText())
        .isNotEmpty();
    assertThat(browser.evaluate("document.querySelector('pre').textContent").asText())
        .contains("early_stopping");
  }

  @Test
  void draggingOverAChartZoomsAllOfThemAndADoubleClickGoesBack() {
    open(training);
    JsonNode box = box("#learning-curves svg.lines");
    double y = box.path("y").asDouble() + 120;
    double left = box.path("x").asDouble();
    browser.drag(left + 300, y, left + 600, y);
    double from = browser.evaluate("STEPS.from").asDouble();
    double to = browser.evaluate("STEPS.to").asDouble();
    assertThat(to - from).isBetween(1000.0, 5000.0);
    assertThat(
            browser
                .evaluate(
                    "document.querySelectorAll('.curve.b')[1].getAttribute('d').split('L').length")
                .asInt())
        .isBetween(3, 15);
    browser.evaluate(
        "document.querySelector('svg.lines').dispatchEvent(new MouseEvent('dblclick'))");
    assertThat(browser.evaluate("STEPS.from").asDouble()).isZero();
    assertThat(browser.errors()).isEmpty();
  }

  private static JsonNode box(String selector) {
    return browser.evaluate(
        "(() => { const one = document.querySelector('%s'); one.scrollIntoView();"
                .formatted(selector)
            + " const {x, y, width, height} = one.getBoundingClientRect(); return {x, y, width, height}; })()");
  }

  @Test
  void aStudyHasItsDrawingsAndATrialARow() {
    open(study);
    isCleanAndInert(study);
    assertThat(count("table.sortable tbody tr")).isEqualTo(TRIALS);
    assertThat(count("table.sortable tr.best")).isEqualTo(1);
    assertThat(count("svg.parallel path.trial")).isEqualTo(TRIALS - TRIALS / 23);
    assertThat(count("svg.parallel .handle")).isEqualTo(6);
    assertThat(count("#hyperparameters svg.dots")).isEqualTo(5);
    assertThat(count("svg.heat .cell")).isGreaterThan(30);
    assertThat(count("#trials svg.dots g.trial")).isEqualTo(120);
    assertThat(count("#search svg.bars rect.bar")).isEqualTo(5);
    assertThat(count("ul.notes li")).isEqualTo(1);
  }

  @Test
  void onlyFinishedTrialsAreTheBestSoFar() {
    open(study);
    String chart = "#search svg.dots";
    int stopped = (int) IntStream.rangeClosed(1, TRIALS).filter(PagesIT::isStopped).count();
    int finished = TRIALS - TRIALS / 23 - stopped;
    assertThat(count(chart + " circle.trial")).isEqualTo(finished);
    assertThat(count(chart + " g.cross")).isEqualTo(TRIALS - finished);
    assertThat(
            browser
                .evaluate("document.querySelector('" + chart + "').getAttribute('aria-label')")
                .asText())
        .isEqualTo("Best auc so far, " + finished + " trials");
    // The stopped ones have higher values; the line ends at the highest dot.
    assertThat(
            browser
                .evaluate(
                    "(() => { const ys = [...document.querySelectorAll('%s circle.trial')].map(one => Number(one.getAttribute('cy')));"
                            .formatted(chart)
                        + " const line = document.querySelector('%s path.curve').getAttribute('d');"
                            .formatted(chart)
                        + " return Math.min(...ys) - Number(line.match(/V([0-9.]+)H[0-9.]+$/)[1]); })()")
                .asDouble())
        .isZero();
    assertThat(
            browser
                .evaluate("document.querySelector('g.cross[data-trial=\"7\"] title').textContent")
                .asText())
        .startsWith("trial 7 (stopped): auc 0.");
    assertThat(
            browser
                .evaluate(
                    "(() => { const cross = document.querySelector('g.cross[data-trial=\"7\"]'); cross.scrollIntoView();"
                        + " const box = cross.querySelector('path').getBoundingClientRect();"
                        + " const above = document.elementFromPoint((box.left + box.right) / 2, box.top - 3);"
                        + " return cross.contains(above); })()")
                .asBoolean())
        .isTrue();
    assertThat(count("svg.parallel path.open")).isEqualTo(stopped);
    assertThat(browser.errors()).isEmpty();
  }

  private static boolean isStopped(int number) {
    return number % 7 == 0 && number % 23 != 0;
  }

  @Test
  void aClickOnAHeadSortsItsColumnBothWaysAndMissingValuesComeLast() {
    open(study);
    List<Integer> best = column(0);
    assertThat(best).hasSize(TRIALS);
    click(0);
    assertThat(column(0)).isSorted().startsWith(1).endsWith(TRIALS);
    assertThat(count("th[aria-sort=ascending]")).isEqualTo(1);
    click(0);
    assertThat(column(0)).startsWith(TRIALS).endsWith(1);
    click(7);
    assertThat(column(0).subList(0, 192)).isNotEqualTo(best.subList(0, 192));
    String last =
        "[...document.querySelectorAll('table.sortable tbody tr')].at(-1).cells[7].textContent";
    assertThat(browser.evaluate(last).asText()).isEqualTo("\u2013");
    click(7);
    assertThat(column(0).subList(0, 192)).isEqualTo(best.subList(0, 192));
    assertThat(browser.evaluate(last).asText()).isEqualTo("\u2013");
  }

  private static void click(int column) {
    browser.evaluate(
        "document.querySelectorAll('table.sortable thead button')[" + column + "].click()");
  }

  private static List<Integer> column(int index) {
    JsonNode cells =
        browser.evaluate(
            "[...document.querySelectorAll('table.sortable tbody tr')].map(row => parseInt(row.cells["
                + index
                + "].textContent))");
    return cells.valueStream().map(JsonNode::asInt).toList();
  }

  @Test
  void draggingAlongAnAxisKeepsTheTrialsThatPassThere() {
    open(study);
    JsonNode axis = box("svg.parallel .handle");
    double x = axis.path("x").asDouble() + axis.path("width").asDouble() / 2;
    double top = axis.path("y").asDouble();
    browser.drag(x, top + 20, x, top + 140);
    int faded = count("svg.parallel path.faded");
    assertThat(faded).isBetween(50, 180);
    assertThat(count("table.sortable tbody tr[hidden]")).isEqualTo(faded + TRIALS / 23);
    browser.drag(x, top + 20, x, top + 20);
    assertThat(count("svg.parallel path.faded, table.sortable tbody tr[hidden]")).isZero();
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void theHeatMapShowsTheChosenHyperparameters() {
    open(study);
    String chosen = "[...document.querySelectorAll('select')].map(one => one.selectedIndex).join()";
    assertThat(browser.evaluate(chosen).asText()).isEqualTo("0,1");
    browser.evaluate(
        "(() => { const one = document.querySelector('select'); one.value = '2'; one.dispatchEvent(new Event('change')); })()");
    assertThat(browser.evaluate("document.querySelector('svg.heat .label').textContent").asText())
        .startsWith("optimizer.kind");
    assertThat(count("svg.heat .cell")).isBetween(15, 20);
  }

  @ParameterizedTest
  @CsvSource({"training,390,light", "training,1280,dark", "study,390,dark", "study,1280,light"})
  void pagesFitTheWindowAndTextsStandOut(String page, int width, String scheme) throws IOException {
    browser.look(width, scheme);
    browser.open(page.equals("study") ? study : training);
    assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(width);
    String script = Files.readString(Path.of("src/test/resources/report/contrast.js"));
    assertThat(browser.evaluate(script).valueStream().map(JsonNode::asText)).isEmpty();
    assertThat(browser.errors()).isEmpty();
  }

  @Test
  void thePolicyRefusesRequestsAndForeignScripts() {
    open(training);
    assertThat(
            browser
                .evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')")
                .asText())
        .isEqualTo("refused");
    browser.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.pwned = 1'}))");
    assertThat(browser.evaluate("typeof window.pwned").asText()).isEqualTo("undefined");
    assertThat(browser.errors())
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(error -> error.contains("Content Security Policy"));
  }
}

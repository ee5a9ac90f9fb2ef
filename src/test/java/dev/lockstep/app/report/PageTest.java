package dev.lockstep.app.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PageTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static ObjectNode data(String text) {
    return JSON.createObjectNode().put("kind", "training").put(text, text);
  }

  private static String page(String text) {
    return new String(Page.of(data(text)), StandardCharsets.UTF_8);
  }

  @Test
  void dataIsTheSameForAParserOfJsonAndNothingForOneOfHtml() throws JsonProcessingException {
    String every =
        "</script><!--<script>]]>&lt;'\"\\`=cmd|'/C calc'!A0\u0000\u0007\n\u007f\u2028\u2029\u00e9\ud83d\ude80\ud800";
    String inert = Page.inert(data(every));
    assertThat(inert).matches("[\\x20-\\x7e]*").doesNotContain("<", ">", "&", "'");
    assertThat(JSON.readTree(inert)).isEqualTo(data(every));
  }

  @Test
  void theDataCannotReachTheTemplate() {
    String hostile = "{{script}}{{style-hash}}$0\\1</script><script>alert(1)</script>";
    String page = page(hostile);
    assertThat(page).containsOnlyOnce("<title>Lockstep report</title>").doesNotContain("alert(1)<");
    Matcher scripts = Pattern.compile("</script>").matcher(page);
    assertThat(scripts.results().count()).isEqualTo(2);
    assertThat(page.replace("{{script}}{{style-hash}}", "")).doesNotContain("{{");
  }

  @Test
  void thePolicyNamesTheHashesOfTheOneStyleAndTheOneScript() throws NoSuchAlgorithmException {
    String page = page("");
    assertThat(page)
        .contains("default-src 'none'")
        .contains("style-src '" + hash(between(page, "<style>", "</style>")) + "'")
        .contains("script-src '" + hash(between(page, "<script>", "</script>")) + "'")
        .doesNotContain("unsafe");
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start) + start.length();
    return text.substring(from, text.indexOf(end, from));
  }

  private static String hash(String text) throws NoSuchAlgorithmException {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return "sha256-" + Base64.getEncoder().encodeToString(digest);
  }

  @Test
  void noScriptWritesMarkup() {
    assertThat(between(page(""), "<script>", "</script>"))
        .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
        .doesNotContain("http://127", "https://", "XMLHttpRequest", "fetch(");
  }
}

package dev.lockstep.app.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The HTML page around its data. Nothing of the data stands in the markup: it is JSON in a data
 * block, in which every character that HTML or a script could take for its own is an escape. The
 * page's policy admits its one script and its one style by their hashes, and no request at all.
 */
final class Page {
  private static final String TEMPLATE = "page.html";
  private static final String STYLE = "page.css";

  /** In the order in which they need each other. */
  private static final List<String> SCRIPTS =
      List.of(
          "dom.js",
          "format.js",
          "scale.js",
          "frame.js",
          "lines.js",
          "bars.js",
          "table.js",
          "facts.js",
          "confusion.js",
          "training.js",
          "dots.js",
          "parallel.js",
          "heatmap.js",
          "trials.js",
          "study.js",
          "page.js");

  private Page() {}

  /** The page of some data, in UTF-8. */
  static byte[] of(ObjectNode data) {
    String style = resource(STYLE);
    String script =
        SCRIPTS.stream()
            .map(Page::resource)
            .collect(Collectors.joining("\n", "'use strict';\n", ""));
    String page =
        resource(TEMPLATE)
            .replace("{{script-hash}}", hash(script))
            .replace("{{style-hash}}", hash(style))
            .replace("{{style}}", style)
            .replace("{{script}}", script)
            .replace("{{data}}", inert(data));
    return page.getBytes(StandardCharsets.UTF_8);
  }

  /** JSON that no parser of HTML or scripts can read as anything else. */
  static String inert(ObjectNode data) {
    String json = data.toString();
    StringBuilder text = new StringBuilder(json.length() + json.length() / 16);
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      // None of these stands outside of a string in JSON, so an escape is always right.
      if (c == '<' || c == '>' || c == '&' || c == '\'' || c >= '\u007f') {
        text.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  /** What a Content-Security-Policy calls a text. */
  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the jar holds no " + name + " of the report");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.lockstep.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Methods that must stay out of their callers: inlined into a large one, the compiler gives up in
 * the middle of their vectors, and boxes them, which took up to three times as long in every third
 * JVM or so.
 */
class KernelSizesTest {
  /** The bytes of a method that is inlined where it is called often: FreqInlineSize of HotSpot. */
  private static final int INLINED = 325;

  private static final Pattern METHOD = Pattern.compile("^  \\S.*?(\\w+)(?:\\(.*\\)| \\{\\});$");
  private static final Pattern INSTRUCTION = Pattern.compile("^ +(\\d+): .*");

  @ParameterizedTest
  @CsvSource({
    "VectorLogLoss, members exponentials slopes",
    "VectorDots, rows",
    "VectorPanels, halves wholes",
    "VectorTiles, four two",
    "VectorFolds, quarter",
    "VectorSums, rows tile twoColumns",
    "VectorColumns, eightColumns",
  })
  void aMethodWithManyVectorsIsTooLongToBeInlined(String type, String methods)
      throws URISyntaxException {
    Map<String, Integer> lastBytes = lastBytes(type);
    for (String method : methods.split(" ")) {
      assertThat(lastBytes.get(method)).as(method).isGreaterThanOrEqualTo(INLINED);
    }
  }

  /** Where the last instruction of each method begins. */
  private static Map<String, Integer> lastBytes(String type) throws URISyntaxException {
    Path classes =
        Path.of(Kernels.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    int code =
        ToolProvider.findFirst("javap")
            .orElseThrow()
            .run(out, out, "-c", "-p", "-cp", classes.toString(), "dev.lockstep.math." + type);
    assertThat(code).as(text.toString()).isZero();
    Map<String, Integer> bytes = new LinkedHashMap<>();
    String method = "";
    for (String line : text.toString().lines().toList()) {
      Matcher begun = METHOD.matcher(line);
      Matcher instruction = INSTRUCTION.matcher(line);
      if (begun.matches()) {
        method = begun.group(1);
      } else if (instruction.matches()) {
        bytes.put(method, Integer.parseInt(instruction.group(1)));
      }
    }
    return bytes;
  }
}

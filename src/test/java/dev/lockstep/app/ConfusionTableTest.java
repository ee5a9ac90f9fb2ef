package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionTableTest {
  private static String printed(ConfusionTable table) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    table.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static String written(ConfusionTable table) {
    ObjectNode node = Results.object();
    table.put(node);
    return node.toString();
  }

  @Test
  void rowsAreActualAndColumnsPredicted() {
    ConfusionTable table =
        new ConfusionTable(List.of("no", "yes"), new double[] {1000, 20, 3.5, 40});
    assertThat(written(table)).isEqualTo("{\"confusion\":[[1000,20],[3.5,40]]}");
    assertThat(printed(table).lines().skip(1))
        .containsExactly("            no    yes", "     no   1000     20", "    yes   3.50     40");
  }

  @Test
  void manyClassesAreWrittenOnlyAndTooManyNotAtAll() {
    ConfusionTable many = new ConfusionTable(Collections.nCopies(100, "c"), new double[10_000]);
    assertThat(printed(many)).isEmpty();
    assertThat(written(many)).startsWith("{\"confusion\":[[0,0");
    ConfusionTable more = new ConfusionTable(Collections.nCopies(101, "c"), new double[10_201]);
    assertThat(written(more)).isEqualTo("{}");
  }

  @Test
  void numbersHaveNone() {
    ConfusionTable none = new ConfusionTable(List.of(), new double[0]);
    assertThat(written(none)).isEqualTo("{}");
    assertThat(printed(none)).isEmpty();
  }
}

package dev.lockstep.spark.source;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.data.DataException;
import dev.lockstep.spark.source.Source.InputFile;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputFilesTest {
  private static ListedFile file(String path, long sizeBytes) {
    return new ListedFile(new InputFile(path, sizeBytes, 0), "file:/in/" + path);
  }

  @Test
  void ofSeveralChangesTheFirstIsToldAndHowManyThereAre() {
    List<InputFile> before =
        InputFiles.inputs(List.of(file("a", 1), file("b", 1), file("c", 1), file("d", 1)));
    List<ListedFile> now = List.of(file("a", 1), file("b", 2), file("c", 2), file("e", 1));
    String same = "b had 1 bytes, modified 1970-01-01T00:00:00Z, and has 2 bytes";
    assertThatThrownBy(() -> InputFiles.compare("/in", now, before))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("/in has changed since this run began: " + same)
        .hasMessageContaining(", and 3 more changed; restore it");
    assertThatThrownBy(() -> InputFiles.compare("/in", now.subList(0, 2), before.subList(0, 2)))
        .hasMessageContaining(same)
        .hasMessageEndingWith(
            "modified 1970-01-01T00:00:00Z; restore it, or start a new run with another output or"
                + " --run-id");
    assertThatThrownBy(() -> InputFiles.compare("/in", now.subList(0, 1), before.subList(0, 2)))
        .hasMessageContaining("began: b is gone; restore it");
  }
}

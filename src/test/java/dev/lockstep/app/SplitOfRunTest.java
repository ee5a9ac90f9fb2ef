package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.data.Split;
import dev.lockstep.train.store.RunDescription;
import dev.lockstep.train.store.RunDirectory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitOfRunTest {
  @ParameterizedTest
  @CsvSource({
    "data.where, true",
    "data.split.test, true",
    "data.split, true",
    "data, true",
    "data.label[0], true",
    "data.labelled, false",
    "data.features[0].encode, false",
    "database, false",
    "optimizer.learning_rate, false",
  })
  void whatATrialHadForItselfIsNotKnownOfItsSplit(String varied, boolean doubted)
      throws JsonProcessingException {
    ObjectNode configuration =
        (ObjectNode)
            new ObjectMapper()
                .readTree("{\"seed\": 1, \"data\": {\"source\": \"a.csv\", \"split\": {}}}");
    RunDescription run = new RunDescription(configuration, 2, Map.of(), List.of());
    SplitOfRun split =
        new SplitOfRun(
            Optional.of(new RunDirectory.Recorded("id", run)), List.of(varied), run, Split.TEST);
    assertThat(split.doubt(List.of()))
        .isEqualTo(
            doubted ? Optional.of("the trials of its study varied " + varied) : Optional.empty());
  }
}

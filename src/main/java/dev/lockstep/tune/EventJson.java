package dev.lockstep.tune;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.tune.space.Configuration;
import dev.lockstep.tune.strategy.FoldReport;
import dev.lockstep.tune.strategy.Status;
import dev.lockstep.tune.strategy.Trial;
import dev.lockstep.tune.strategy.TrialReport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Events as JSON objects, one on a line. Numbers that JSON has no name for are texts ({@code
 * "NaN"}, {@code "Infinity"}), so that a reader of the journal sees them too.
 */
public final class EventJson {
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(64).build())
                  .build())
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private EventJson() {}

  /** An event as text, without a line end. */
  public static String text(Event event) {
    ObjectNode node = MAPPER.createObjectNode();
    if (event instanceof Event.StudyStarted started) {
      node.put("event", "study_started");
      node.set("settings", MAPPER.valueToTree(started.settings()));
    } else if (event instanceof Event.WaveProposed proposed) {
      node.put("event", "wave_proposed").put("seed", proposed.seed());
      ArrayNode trials = node.putArray("trials");
      proposed.trials().forEach(trial -> trials.add(trial(trial)));
    } else if (event instanceof Event.TrialEnded ended) {
      node.put("event", "trial_ended");
      node.setAll(report(ended.report()));
    } else if (event instanceof Event.MarkReached reached) {
      node.put("event", "mark_reached").put("wave", reached.wave()).put("epochs", reached.epochs());
      ArrayNode reports = node.putArray("reports");
      reached.reports().forEach(report -> reports.add(report(report)));
      ObjectNode stopped = node.putObject("stopped");
      reached.stopped().forEach((trial, why) -> stopped.put(String.valueOf(trial), why));
    } else if (event instanceof Event.TimeSpent) {
      node.put("event", "time_spent");
    } else if (event instanceof Event.TimeUp up) {
      node.put("event", "time_up");
      put(node, "limit_seconds", up.limitSeconds());
    }
    put(node, "study_seconds", event.seconds());
    return node.toString();
  }

  /**
   * The event of a text.
   *
   * @param where what an error calls it, such as its file
   * @throws IllegalArgumentException if it is none
   */
  public static Event parse(String text, String where) {
    try {
      return event(MAPPER.readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(where + ": is no JSON, must be a study's event", e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(where + ": is no event of a study: " + e.getMessage(), e);
    }
  }

  private static Event event(JsonNode node) throws JsonProcessingException {
    double seconds = number(node, "study_seconds");
    String kind = field(node, "event").asText();
    return switch (kind) {
      case "study_started" -> new Event.StudyStarted(settings(field(node, "settings")), seconds);
      case "wave_proposed" -> {
        List<Trial> trials = new ArrayList<>();
        for (JsonNode trial : field(node, "trials")) {
          trials.add(trial(trial));
        }
        yield new Event.WaveProposed(trials, field(node, "seed").longValue(), seconds);
      }
      case "trial_ended" -> new Event.TrialEnded(report(node), seconds);
      case "mark_reached" -> {
        List<TrialReport> reports = new ArrayList<>();
        for (JsonNode report : field(node, "reports")) {
          reports.add(report(report));
        }
        Map<Integer, String> stopped = new TreeMap<>();
        field(node, "stopped")
            .properties()
            .forEach(one -> stopped.put(Integer.valueOf(one.getKey()), one.getValue().asText()));
        yield new Event.MarkReached(
            whole(node, "wave"), whole(node, "epochs"), reports, stopped, seconds);
      }
      case "time_spent" -> new Event.TimeSpent(seconds);
      case "time_up" -> new Event.TimeUp(number(node, "limit_seconds"), seconds);
      default -> throw new IllegalArgumentException("event is " + kind);
    };
  }

  private static ObjectNode trial(Trial trial) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("trial", trial.number()).put("wave", trial.wave()).put("bracket", trial.bracket());
    node.put("enqueued", trial.enqueued());
    node.set("configuration", MAPPER.valueToTree(trial.configuration().values()));
    return node;
  }

  private static Trial trial(JsonNode node) throws JsonProcessingException {
    return new Trial(
        whole(node, "trial"),
        whole(node, "wave"),
        whole(node, "bracket"),
        field(node, "enqueued").booleanValue(),
        new Configuration(settings(field(node, "configuration"))));
  }

  private static ObjectNode report(TrialReport report) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("trial", report.trial()).put("status", report.status().key());
    report.reason().ifPresent(reason -> node.put("reason", reason));
    ArrayNode folds = node.putArray("folds");
    for (FoldReport fold : report.folds()) {
      ObjectNode one = folds.addObject().put("epochs", fold.epochs());
      put(one, "now", fold.now());
      put(one, "best", fold.best());
      one.put("best_epoch", fold.bestEpoch());
    }
    put(node, "seconds", report.seconds());
    return node;
  }

  private static TrialReport report(JsonNode node) {
    List<FoldReport> folds = new ArrayList<>();
    for (JsonNode fold : field(node, "folds")) {
      folds.add(
          new FoldReport(
              whole(fold, "epochs"),
              number(fold, "now"),
              number(fold, "best"),
              whole(fold, "best_epoch")));
    }
    String key = field(node, "status").asText();
    Status status =
        Arrays.stream(Status.values())
            .filter(one -> one.key().equals(key))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("status is " + key));
    Optional<String> reason = Optional.ofNullable(node.get("reason")).map(JsonNode::asText);
    return new TrialReport(whole(node, "trial"), status, reason, folds, number(node, "seconds"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> settings(JsonNode node) throws JsonProcessingException {
    return MAPPER.treeToValue(node, TreeMap.class);
  }

  private static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.put(name, String.valueOf(value));
    }
  }

  private static double number(JsonNode node, String name) {
    JsonNode value = field(node, name);
    return value.isTextual() ? Double.parseDouble(value.textValue()) : value.doubleValue();
  }

  private static int whole(JsonNode node, String name) {
    JsonNode value = field(node, name);
    if (!value.canConvertToInt() || !value.isIntegralNumber()) {
      throw new IllegalArgumentException(name + " must be a whole number, is " + value);
    }
    return value.intValue();
  }

  private static JsonNode field(JsonNode node, String name) {
    JsonNode value = node.get(name);
    if (value == null) {
      throw new IllegalArgumentException("it has no " + name);
    }
    return value;
  }
}

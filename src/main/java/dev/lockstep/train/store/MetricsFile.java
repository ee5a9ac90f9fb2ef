package dev.lockstep.train.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The metrics of one checkpoint interval, as a checkpoint's manifest names them.
 *
 * @param number from 1; 0 for none
 * @param file its size and hash
 */
record MetricsFile(int number, CommittedFile file) {
  static final String DIRECTORY = "metrics";
  static final MetricsFile NONE = new MetricsFile(0, new CommittedFile(0, ""));

  static String path(int number) {
    return "%s/%06d.jsonl".formatted(DIRECTORY, number);
  }

  static MetricsFile parse(JsonNode node) {
    return new MetricsFile(node.path("number").asInt(), CommittedFile.parse(node));
  }

  void put(ObjectNode node) {
    node.put("number", number);
    file.put(node);
  }
}

package dev.lockstep.spark.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;

/** Walks over the fields of a line that is a flat JSON object. */
final class JsonLine {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private JsonLine() {}

  /** Takes the fields of an object; null values are left out. */
  interface Fields {
    /** A field with a value that is not null; {@code number} tells a JSON number. */
    void take(String name, String text, boolean number) throws BadLineException;
  }

  /** Reads a line; false if it is blank. */
  static boolean read(byte[] line, int length, Fields fields) throws BadLineException {
    String column = "";
    try (JsonParser parser = FACTORY.createParser(line, 0, length)) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        return false;
      }
      if (token != JsonToken.START_OBJECT) {
        throw new BadLineException(
            "", "begins with " + parser.getText() + ", must be one JSON object a line");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        column = parser.currentName();
        token = parser.nextToken();
        if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
          throw new BadLineException(
              column, "is nested, must be a number, a string, true, false or null; flatten it");
        }
        if (token != JsonToken.VALUE_NULL) {
          fields.take(column, parser.getText(), token.isNumeric());
        }
      }
      column = "";
      if (parser.nextToken() != null) {
        throw new BadLineException("", "holds more than one JSON object, must be one a line");
      }
      return true;
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("").split(": ", 2)[0];
      throw new BadLineException(
          column, "is not valid JSON (" + reason + "), must be one object with plain values");
    } catch (IOException e) {
      throw new BadLineException(column, "is not UTF-8 or not JSON: " + e.getMessage());
    }
  }
}

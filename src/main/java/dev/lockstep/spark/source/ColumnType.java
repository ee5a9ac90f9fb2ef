package dev.lockstep.spark.source;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The types that text is read as. */
public enum ColumnType {
  /** A double. */
  NUMBER,
  /** A string. */
  STRING;

  /** The types of the columns of a frame that text could hold. */
  public static Map<String, ColumnType> of(StructType schema) {
    Map<String, ColumnType> types = new LinkedHashMap<>();
    for (StructField field : schema.fields()) {
      if (field.dataType() instanceof NumericType) {
        types.put(field.name(), NUMBER);
      } else if (field.dataType() instanceof StringType) {
        types.put(field.name(), STRING);
      }
    }
    return types;
  }

  /** The fixed types and, where none is fixed, the asked ones. */
  static Map<String, ColumnType> merge(
      Map<String, ColumnType> fixed, Map<String, ColumnType> asked) {
    Map<String, ColumnType> types = new HashMap<>(asked);
    types.putAll(fixed);
    return types;
  }
}

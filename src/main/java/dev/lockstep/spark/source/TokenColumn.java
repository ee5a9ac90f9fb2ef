package dev.lockstep.spark.source;

import dev.lockstep.spark.source.Tokenizer.Unit;
import java.util.Optional;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;

/**
 * A column of texts that were cut by tokens: its metadata tell which and how many, so that they are
 * encoded as they were cut where the run file says nothing.
 *
 * @param unit what a token is
 * @param length tokens of a text, at most
 */
public record TokenColumn(Unit unit, int length) {
  /** The column's name. */
  static final String NAME = "text";

  private static final String UNIT = "lockstep_token";
  private static final String LENGTH = "lockstep_tokens";

  /** The column. */
  static StructField of(Unit unit, int length) {
    Metadata told =
        new MetadataBuilder().putString(UNIT, unit.name()).putLong(LENGTH, length).build();
    return new StructField(NAME, DataTypes.StringType, false, told);
  }

  /** What a column tells; empty if it tells nothing of tokens. */
  public static Optional<TokenColumn> told(StructField field) {
    Metadata metadata = field.metadata();
    return metadata.contains(UNIT)
        ? Optional.of(
            new TokenColumn(Unit.valueOf(metadata.getString(UNIT)), (int) metadata.getLong(LENGTH)))
        : Optional.empty();
  }
}

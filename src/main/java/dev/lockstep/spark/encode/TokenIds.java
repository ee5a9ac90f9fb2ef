package dev.lockstep.spark.encode;

import dev.lockstep.spark.prepare.BytePairs;
import dev.lockstep.spark.prepare.Columns;
import dev.lockstep.spark.prepare.KnownTokens;
import dev.lockstep.spark.prepare.TextTokens;
import dev.lockstep.spark.prepare.Vocabulary;
import dev.lockstep.spark.source.Tokenizer;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * A Spark ML stage that writes the ids of the tokens of a text into a vector, as {@link TextTokens}
 * says. Spark has stages that cut texts and stages that count tokens, but none that keeps their
 * order. The vocabulary is part of its metadata.
 */
public final class TokenIds extends Transformer implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> unit;
  private final BooleanParam lowercase;
  private final IntParam length;
  private final Param<String> pad;
  private final Param<String> truncate;
  private final StringArrayParam vocabulary;
  private final StringArrayParam merges;

  /** A stage of a random name, without settings. */
  public TokenIds() {
    this(Identifiable$.MODULE$.randomUID("tokenIds"));
  }

  /** A stage of a name, without settings. */
  public TokenIds(String uid) {
    this.uid = uid;
    inputCol = new Param<>(this, "inputCol", "a column of text");
    outputCol = new Param<>(this, "outputCol", "the vector of ids");
    unit = new Param<>(this, "unit", "what a token is: words, characters or byte_pairs");
    lowercase = new BooleanParam(this, "lowercase", "whether upper case is folded to lower case");
    length = new IntParam(this, "length", "ids of a row");
    pad = new Param<>(this, "pad", "where padding is: post or pre");
    truncate = new Param<>(this, "truncate", "where long texts are cut off: post or pre");
    vocabulary = new StringArrayParam(this, "vocabulary", "the tokens with the ids 2, 3 ..");
    merges = new StringArrayParam(this, "merges", "pairs of tokens that are merged, in order");
    setDefault(merges, new String[0]);
  }

  /** Gives the settings; this stage. */
  TokenIds with(TextTokens text, Vocabulary known, String input, String output) {
    set(inputCol, input);
    set(outputCol, output);
    set(unit, text.unit().name().toLowerCase(Locale.ROOT));
    set(lowercase, text.lowercase());
    set(length, text.length());
    set(pad, text.pad().name().toLowerCase(Locale.ROOT));
    set(truncate, text.truncate().name().toLowerCase(Locale.ROOT));
    set(vocabulary, known.tokens().toArray(String[]::new));
    if (known instanceof BytePairs pairs) {
      set(merges, pairs.merges().toArray(String[]::new));
    }
    return this;
  }

  @Override
  public String uid() {
    return uid;
  }

  /** The column of text. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** The column of ids. */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** What a token is. */
  public Param<String> unit() {
    return unit;
  }

  /** Whether upper case is folded to lower case. */
  public BooleanParam lowercase() {
    return lowercase;
  }

  /** Ids of a row. */
  public IntParam length() {
    return length;
  }

  /** Where padding is. */
  public Param<String> pad() {
    return pad;
  }

  /** Where long texts are cut off. */
  public Param<String> truncate() {
    return truncate;
  }

  /** The tokens that are known, in the order of their ids. */
  public StringArrayParam vocabulary() {
    return vocabulary;
  }

  /** Pairs of tokens that are merged, in order; none for words and characters. */
  public StringArrayParam merges() {
    return merges;
  }

  private <T> T value(Param<T> param) {
    return getOrDefault(param);
  }

  private TextTokens text() {
    return new TextTokens(
        Tokenizer.Unit.valueOf(value(unit).toUpperCase(Locale.ROOT)),
        (Boolean) getOrDefault(lowercase),
        (Integer) getOrDefault(length),
        Math.max(1, value(vocabulary).length),
        1,
        end(pad),
        end(truncate));
  }

  private TextTokens.End end(Param<String> of) {
    return TextTokens.End.valueOf(value(of).toUpperCase(Locale.ROOT));
  }

  /** The tokens that are known, and their ids. */
  public Vocabulary known() {
    TextTokens text = text();
    return text.unit() == Tokenizer.Unit.BYTE_PAIRS
        ? new BytePairs(text.lowercase(), List.of(value(merges)))
        : new KnownTokens(text.tokenizer(), List.of(value(vocabulary)));
  }

  @Override
  public Dataset<Row> transform(Dataset<?> rows) {
    TextTokens text = text();
    Vocabulary known = known();
    UDF1<String, Vector> encode =
        value -> Vectors.dense(text.encode(value == null ? "" : value, known));
    Column encoded =
        functions.udf(encode, SQLDataTypes.VectorType()).apply(Columns.col(value(inputCol)));
    return rows.withColumn(value(outputCol), encoded);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return schema.add(value(outputCol), SQLDataTypes.VectorType());
  }

  @Override
  public TokenIds copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Reads what {@code write} wrote. */
  public static MLReader<TokenIds> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads a stage from a folder. */
  public static TokenIds load(String path) {
    return read().load(path);
  }
}

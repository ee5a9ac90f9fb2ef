package dev.lockstep.spark.encode;

import dev.lockstep.spark.prepare.Columns;
import dev.lockstep.spark.prepare.TextTokens;
import dev.lockstep.spark.source.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

  /** A stage of a random name, without settings. */
  public TokenIds() {
    this(Identifiable$.MODULE$.randomUID("tokenIds"));
  }

  /** A stage of a name, without settings. */
  public TokenIds(String uid) {
    this.uid = uid;
    inputCol = new Param<>(this, "inputCol", "a column of text");
    outputCol = new Param<>(this, "outputCol", "the vector of ids");
    unit = new Param<>(this, "unit", "what a token is: words or characters");
    lowercase = new BooleanParam(this, "lowercase", "whether upper case is folded to lower case");
    length = new IntParam(this, "length", "ids of a row");
    pad = new Param<>(this, "pad", "where padding is: post or pre");
    truncate = new Param<>(this, "truncate", "where long texts are cut off: post or pre");
    vocabulary = new StringArrayParam(this, "vocabulary", "the tokens with the ids 2, 3 ..");
  }

  /** Gives the settings; this stage. */
  TokenIds with(TextTokens text, List<String> known, String input, String output) {
    set(inputCol, input);
    set(outputCol, output);
    set(unit, text.unit().name().toLowerCase(Locale.ROOT));
    set(lowercase, text.lowercase());
    set(length, text.length());
    set(pad, text.pad().name().toLowerCase(Locale.ROOT));
    set(truncate, text.truncate().name().toLowerCase(Locale.ROOT));
    set(vocabulary, known.toArray(String[]::new));
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

  private Map<String, Integer> places() {
    Map<String, Integer> ids = new HashMap<>();
    for (String token : value(vocabulary)) {
      ids.put(token, TextTokens.FIRST_KNOWN + ids.size());
    }
    return ids;
  }

  /** The ids of all tokens of a text. */
  public List<Integer> ids(String of) {
    Map<String, Integer> ids = places();
    List<Integer> found = new ArrayList<>();
    text().tokenizer().cut(of, token -> found.add(ids.getOrDefault(token, TextTokens.UNKNOWN)));
    return found;
  }

  /** The first token of a text that the vocabulary lacks. */
  public Optional<String> firstUnknown(String of) {
    Map<String, Integer> ids = places();
    List<String> unknown = new ArrayList<>();
    text()
        .tokenizer()
        .cut(
            of,
            token -> {
              if (!ids.containsKey(token)) {
                unknown.add(token);
              }
            });
    return unknown.stream().findFirst();
  }

  /**
   * The text of ids.
   *
   * @param of ids of known tokens
   * @param continued whether it continues another, so that a word has a blank before it
   */
  public String text(List<Integer> of, boolean continued) {
    String[] known = value(vocabulary);
    boolean words = text().unit() == Tokenizer.Unit.WORDS;
    StringBuilder text = new StringBuilder();
    for (int id : of) {
      boolean apart = words && (continued || text.length() > 0);
      text.append(apart ? " " : "").append(known[id - TextTokens.FIRST_KNOWN]);
    }
    return text.toString();
  }

  @Override
  public Dataset<Row> transform(Dataset<?> rows) {
    TextTokens text = text();
    Map<String, Integer> ids = places();
    UDF1<String, Vector> encode =
        value -> Vectors.dense(text.encode(value == null ? "" : value, ids));
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

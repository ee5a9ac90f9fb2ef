package dev.lockstep.spark.prepare;

import dev.lockstep.data.Split;
import dev.lockstep.spark.source.Tokenizer;
import java.io.Serializable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.function.PairFlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Tuple2;

/**
 * Counts the tokens of training rows on Spark, which spills what a task cannot hold: only tokens
 * that can become known come to the driver. Of byte pairs these are all pieces.
 */
final class TokenCounts {
  private TokenCounts() {}

  /** The most frequent first, of equally frequent ones the first by their characters. */
  private static final class Order implements Comparator<Tuple2<String, Long>>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(Tuple2<String, Long> one, Tuple2<String, Long> other) {
      int frequency = Long.compare(other._2(), one._2());
      return frequency != 0 ? frequency : one._1().compareTo(other._1());
    }
  }

  /**
   * How often tokens occur in the training rows, at least those that {@link TextTokens#known} takes
   * of them.
   *
   * @param frame as {@link StatisticsRequest} says
   * @param text the number of the column among those of texts
   */
  static Categories of(Dataset<Row> frame, StatisticsRequest request, int text) {
    TextTokens wanted = request.texts().get(text);
    int at = frame.columns().length - request.texts().size() + text;
    JavaPairRDD<String, Long> counts =
        Plans.internalRows(frame)
            .flatMapToPair(tokens(wanted.tokenizer(), at))
            .reduceByKey(Long::sum);
    Categories counted = new Categories();
    kept(counts, wanted).forEach(count -> counted.add(count._1(), count._2()));
    return counted;
  }

  private static PairFlatMapFunction<InternalRow, String, Long> tokens(
      Tokenizer tokenizer, int at) {
    return row -> {
      Map<String, Long> found = new HashMap<>();
      if (row.getInt(0) == Split.TRAIN.ordinal() && !row.isNullAt(at)) {
        tokenizer.cut(row.getUTF8String(at).toString(), token -> found.merge(token, 1L, Long::sum));
      }
      return found.entrySet().stream()
          .map(token -> new Tuple2<>(token.getKey(), token.getValue()))
          .iterator();
    };
  }

  private static List<Tuple2<String, Long>> kept(
      JavaPairRDD<String, Long> counts, TextTokens wanted) {
    if (wanted.unit() == Tokenizer.Unit.BYTE_PAIRS) {
      return counts.collect();
    }
    int minCount = wanted.minCount();
    return counts
        .filter(count -> count._2() >= minCount)
        .mapToPair(count -> new Tuple2<>(count, true))
        .sortByKey(new Order())
        .keys()
        .take(wanted.vocabulary());
  }
}

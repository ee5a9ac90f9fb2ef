package dev.lockstep.spark.prepare;

import dev.lockstep.data.DataException;
import dev.lockstep.math.SumTree;
import dev.lockstep.spark.source.RowNames;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Statistics of the training rows, and checks of all rows, in one round over the dealt rows: each
 * shard adds its rows in order, the shards' parts combine along the {@link SumTree} in double, so
 * the bits do not depend on tasks. Tokens of texts are counted in a round of their own.
 *
 * @param numbers of each column of numbers
 * @param categories of each column of categories
 * @param vectors of each column of vectors
 * @param tokens how often each token of each column of texts occurs, of {@link TokenCounts}
 * @param labels classes of the training rows, of each label column; empty if labels are numbers
 * @param otherLabels classes of the other rows
 */
public record Statistics(
    List<Moments> numbers,
    List<Categories> categories,
    List<VectorMoments> vectors,
    List<Categories> tokens,
    List<Categories> labels,
    List<Categories> otherLabels)
    implements Serializable {
  /** Of no rows yet. */
  static Statistics of(StatisticsRequest request) {
    int classes = request.classes() ? request.labels().size() : 0;
    return new Statistics(
        new ArrayList<>(request.numbers().stream().map(n -> new Moments(n.exact())).toList()),
        new ArrayList<>(request.categories().stream().map(Categories::new).toList()),
        new ArrayList<>(
            request.vectors().stream().map(v -> new VectorMoments(v.moments())).toList()),
        new ArrayList<>(request.texts().stream().map(t -> new Categories()).toList()),
        new ArrayList<>(IntStream.range(0, classes).mapToObj(i -> new Categories()).toList()),
        new ArrayList<>(IntStream.range(0, classes).mapToObj(i -> new Categories()).toList()));
  }

  /**
   * Reads all rows once, texts once more.
   *
   * @param frame partition s is shard s; columns as {@link StatisticsRequest} says
   * @param names names rows in messages
   * @throws DataException for a number, label, weight or offset that cannot be used, with its row
   */
  public static Statistics read(
      Dataset<Row> frame, StatisticsRequest request, Map<Integer, RowNames> names) {
    Function2<Integer, Iterator<InternalRow>, Iterator<Carried<Statistics>>> shard =
        (number, rows) ->
            List.of(new Carried<>(new StatisticsReader(request).read(rows))).iterator();
    List<Carried<Statistics>> shards =
        Failures.explained(
            () -> Plans.internalRows(frame).mapPartitionsWithIndex(shard, true).collect(), names);
    Statistics all = join(shards.stream().map(Carried::value).toList());
    for (int t = 0; t < all.tokens.size(); t++) {
      int text = t;
      all.tokens
          .get(t)
          .merge(Failures.explained(() -> TokenCounts.of(frame, request, text), names));
    }
    return all;
  }

  /**
   * The statistics of all rows.
   *
   * @param parts in the order of the shards, where moments are wanted; they are written
   * @throws DataException if vectors differ in size
   */
  public static Statistics join(List<Statistics> parts) {
    Statistics all = SumTree.combine(parts, Statistics::merge);
    all.vectors.forEach(VectorMoments::withZeros);
    return all;
  }

  private Statistics merge(Statistics right) {
    for (int i = 0; i < numbers.size(); i++) {
      numbers.get(i).merge(right.numbers.get(i));
    }
    for (int i = 0; i < categories.size(); i++) {
      categories.get(i).merge(right.categories.get(i));
    }
    for (int i = 0; i < vectors.size(); i++) {
      int size = right.vectors.get(i).size();
      if (size >= 0 && !vectors.get(i).accepts(size)) {
        throw new DataException(
            ("vectors have %d and %d elements, all rows must have the same number"
                    + " (data.source.features of libsvm files)")
                .formatted(vectors.get(i).size(), size));
      }
      vectors.get(i).merge(right.vectors.get(i));
    }
    for (int i = 0; i < labels.size(); i++) {
      labels.get(i).merge(right.labels.get(i));
      otherLabels.get(i).merge(right.otherLabels.get(i));
    }
    return this;
  }
}

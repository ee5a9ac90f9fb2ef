package dev.lockstep.torch;

import dev.lockstep.config.Ranges;
import dev.lockstep.data.Category;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A vector for each category of each column that is encoded by {@code index}, in the column's own
 * table, then the other features: entity embeddings (Guo and Berkhahn 2016), as PyTorch's Embedding
 * of each column, concatenated as fastai does. The vector of unknown categories starts at zero, and
 * stays so where training has none. It is the first layer of networks.
 *
 * @param dim values of a vector
 * @param deviation of the normal distribution that vectors start from; fastai's is 0.01, PyTorch's
 *     1
 */
public record CategoryEmbedding(EmbeddingSize dim, double deviation) implements Layer {
  /** By the rule of thumb, starting small. */
  public static final CategoryEmbedding DEFAULTS = new CategoryEmbedding(EmbeddingSize.AUTO, 0.01);

  /** Checks the ranges. */
  public CategoryEmbedding {
    if (!dim.vectors()) {
      throw new IllegalArgumentException("dim must give vectors some values, is none");
    }
    Ranges.require(deviation > 0 && deviation < 1e6, "deviation", "above 0", deviation);
  }

  @Override
  public Dims output(Dims input) {
    require(input);
    int values = input.count() - input.categories().size();
    for (Category category : input.categories()) {
      values = Math.addExact(values, dim.of(category));
    }
    return Dims.of(values);
  }

  private void require(Dims input) {
    if (input.categories().isEmpty()) {
      throw new IllegalArgumentException(
          "takes numbers of categories, is given %s without any: encode columns by index in"
                  .formatted(input)
              + " data.features, or leave their embedding out");
    }
    if (!dim.unknown(input.categories()).isEmpty()) {
      throw new IllegalArgumentException(
          "has vectors of %s, but the columns encoded by index are %s"
              .formatted(
                  String.join(", ", dim.unknown(input.categories())),
                  String.join(", ", input.categories().stream().map(Category::name).toList())));
    }
  }

  @Override
  public List<Weight> weights(Dims input) {
    require(input);
    List<Weight> weights = new ArrayList<>();
    for (Category category : input.categories()) {
      int values = dim.of(category);
      Weight.Start start = new Weight.Normal(deviation, 0, values);
      Dims table = Dims.of(category.size(), values);
      weights.add(new Weight(category.name() + ".weight", table, true, start));
    }
    return weights;
  }

  @Override
  public Operation operation(Dims input) {
    List<Category> categories = input.categories();
    List<int[]> numbers = numbers(input);
    return (x, weights, pass) -> {
      TensorVector parts = new TensorVector();
      for (int i = 0; i < weights.length; i++) {
        Tensor ids = x.select(1, categories.get(i).feature()).to(torch.ScalarType.Long);
        parts.push_back(torch.embedding(weights[i], ids));
      }
      for (int[] run : numbers) {
        parts.push_back(x.narrow(1, run[0], run[1] - run[0]));
      }
      return torch.cat(parts, 1);
    };
  }

  /** Where features that are no categories start and end. */
  private static List<int[]> numbers(Dims input) {
    List<int[]> runs = new ArrayList<>();
    int from = 0;
    for (Category category : input.categories()) {
      if (category.feature() > from) {
        runs.add(new int[] {from, category.feature()});
      }
      from = category.feature() + 1;
    }
    if (from < input.count()) {
      runs.add(new int[] {from, input.count()});
    }
    return runs;
  }
}

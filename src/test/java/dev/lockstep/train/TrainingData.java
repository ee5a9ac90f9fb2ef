package dev.lockstep.train;

import dev.lockstep.data.Block;
import dev.lockstep.data.DenseRows;
import dev.lockstep.data.Features;
import dev.lockstep.data.HeapRows;
import dev.lockstep.data.HeapShard;
import dev.lockstep.data.Schema;
import dev.lockstep.data.Shard;
import dev.lockstep.data.SparseRows;
import dev.lockstep.data.Split;
import dev.lockstep.math.RandomKey;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/** Small tables dealt to shards as a run deals them: row r to shard r mod S. */
public final class TrainingData {
  /** The folds of each repeat. */
  public static final int FOLDS = 3;

  /** How often rows are dealt to folds. */
  public static final int REPEATS = 2;

  final List<float[]> features = new ArrayList<>();
  final List<Float> labels = new ArrayList<>();
  final List<Float> weights = new ArrayList<>();
  final List<Split> splits = new ArrayList<>();

  /** Adds a row. */
  public TrainingData row(Split split, float weight, float label, float... x) {
    splits.add(split);
    weights.add(weight);
    labels.add(label);
    features.add(x);
    return this;
  }

  /** Rows of normal features and a label that follows a known line, with noise. */
  public static TrainingData linear(int rows, int validation, double noise, double... truth) {
    RandomGenerator random = RandomKey.of(rows).generator();
    TrainingData data = new TrainingData();
    for (int i = 0; i < rows + validation; i++) {
      float[] x = new float[truth.length - 1];
      double score = truth[0];
      for (int j = 0; j < x.length; j++) {
        x[j] = (float) random.nextGaussian();
        score += truth[j + 1] * x[j];
      }
      float label = (float) (score + noise * random.nextGaussian());
      data.row(i < rows ? Split.TRAIN : Split.VALIDATION, 1f, label, x);
    }
    return data;
  }

  /** The same with labels 0 and 1, drawn with the probability of the score. */
  public static TrainingData binary(int rows, int validation, double... truth) {
    TrainingData data = linear(rows, validation, 0, truth);
    for (int i = 0; i < rows + validation; i++) {
      double probability = 1 / (1 + Math.exp(-data.labels.get(i)));
      data.labels.set(i, RandomKey.of(7).uniform(i) < probability ? 1f : 0f);
    }
    return data;
  }

  /** The schema of numeric labels. */
  public Schema schema() {
    return new Schema(List.of(), features.get(0).length, List.of("y"), List.of());
  }

  /** The schema of classes {@code 0..classes-1}. */
  public Schema schema(int classes) {
    List<String> names = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      names.add("class" + c);
    }
    return new Schema(List.of(), features.get(0).length, List.of("y"), names);
  }

  /** The rows dealt to shards, in dense blocks. */
  public List<Shard> shards(int shards, int blockRows) {
    return shards(shards, blockRows, false);
  }

  /** The rows dealt to shards, in dense or sparse blocks. */
  public List<Shard> shards(int shards, int blockRows, boolean sparse) {
    List<Shard> dealt = new ArrayList<>();
    for (int s = 0; s < shards; s++) {
      Map<Split, HeapRows> rows = new EnumMap<>(Split.class);
      for (Split split : Split.values()) {
        rows.put(split, blocks(split, s, shards, blockRows, sparse));
      }
      dealt.add(new HeapShard(s, rows));
    }
    return dealt;
  }

  private HeapRows blocks(Split split, int shard, int shards, int blockRows, boolean sparse) {
    List<Integer> held = new ArrayList<>();
    int rank = 0;
    for (int i = 0; i < splits.size(); i++) {
      if (splits.get(i) == split && rank++ % shards == shard) {
        held.add(i);
      }
    }
    List<Block> blocks = new ArrayList<>();
    for (int from = 0; from < held.size(); from += blockRows) {
      blocks.add(block(held.subList(from, Math.min(from + blockRows, held.size())), sparse));
    }
    return new HeapRows(blockRows, blocks);
  }

  private Block block(List<Integer> held, boolean sparse) {
    float[] y = new float[held.size()];
    float[] w = new float[held.size()];
    for (int i = 0; i < y.length; i++) {
      y[i] = labels.get(held.get(i));
      w[i] = weights.get(held.get(i));
    }
    byte[] folds = new byte[REPEATS * y.length];
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      for (int i = 0; i < y.length; i++) {
        folds[repeat * y.length + i] = (byte) fold(held.get(i), repeat);
      }
    }
    return new Block(sparse ? sparse(held) : dense(held), y, 1, w, new float[0], folds);
  }

  /** The fold of a row, of {@link #FOLDS}, in one of {@link #REPEATS}. */
  public static int fold(int row, int repeat) {
    return (int) (RandomKey.of(13).child(repeat).uniform(row) * FOLDS);
  }

  /** The training rows of which a test holds, in their order. */
  TrainingData where(IntPredicate kept) {
    TrainingData data = new TrainingData();
    for (int i = 0; i < splits.size(); i++) {
      if (splits.get(i) == Split.TRAIN && kept.test(i)) {
        data.row(Split.TRAIN, weights.get(i), labels.get(i), features.get(i));
      }
    }
    return data;
  }

  private Features dense(List<Integer> held) {
    int columns = features.get(0).length;
    int stride = DenseRows.strideOf(columns);
    float[] values = new float[held.size() * stride];
    for (int i = 0; i < held.size(); i++) {
      System.arraycopy(features.get(held.get(i)), 0, values, i * stride, columns);
    }
    return new DenseRows(values, held.size(), columns, stride);
  }

  private Features sparse(List<Integer> held) {
    int columns = features.get(0).length;
    int[] starts = new int[held.size() + 1];
    int[] indices = new int[held.size() * columns];
    float[] values = new float[held.size() * columns];
    int entries = 0;
    for (int i = 0; i < held.size(); i++) {
      float[] x = features.get(held.get(i));
      for (int j = 0; j < columns; j++) {
        if (x[j] != 0) {
          indices[entries] = j;
          values[entries++] = x[j];
        }
      }
      starts[i + 1] = entries;
    }
    return new SparseRows(starts, indices, values, columns);
  }
}

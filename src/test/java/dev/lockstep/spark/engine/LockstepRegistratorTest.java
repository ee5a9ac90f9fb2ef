package dev.lockstep.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import dev.lockstep.data.HeldOut;
import dev.lockstep.data.Schema;
import dev.lockstep.glm.Logistic;
import dev.lockstep.loss.Loss;
import dev.lockstep.math.RandomKey;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.shard.ShardSummary;
import dev.lockstep.train.FoldMoments;
import dev.lockstep.train.ScaledRange;
import dev.lockstep.train.metric.Evaluation;
import dev.lockstep.train.metric.Evaluations;
import dev.lockstep.train.metric.MetricSettings;
import dev.lockstep.train.metric.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What rounds move, through a Kryo that refuses every class it was not told of. */
class LockstepRegistratorTest {
  private static final Schema SCHEMA = new Schema(List.of(), 3, List.of("y"), List.of("0", "1"));

  private static Kryo kryo() {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.kryo.registrationRequired", "true")
            .set("spark.kryo.registrator", LockstepRegistrator.class.getName());
    return new KryoSerializer(conf).newKryo();
  }

  @SuppressWarnings("unchecked")
  private static <T> T sent(T value) {
    Output output = new Output(64, 1 << 28);
    kryo().writeClassAndObject(output, value);
    return (T) kryo().readClassAndObject(new Input(output.toBytes()));
  }

  private static float[] floats(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) RandomKey.of(3).uniform(i);
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 16_383, 16_384, 16_385, 100_003})
  void sumsAndParametersKeepEveryBit(int size) {
    GradientSum narrow =
        new GradientSum(1, size, floats(size), new double[0], new double[] {3}, new double[] {5});
    assertThat(sent(narrow).gradients()).isEqualTo(narrow.gradients());
    assertThat(sent(narrow).lossSums()).containsExactly(3);
    GradientSum wide = new GradientSum(1, size, true);
    System.arraycopy(floats(size), 0, wide.gradients(), 0, size);
    wide.closeBlock();
    GradientSum came = sent(wide);
    assertThat(came.wide()).isTrue();
    assertThat(came.totals()).isEqualTo(wide.totals());
    assertThat(came.add(sent(wide)).totals()[0]).isEqualTo(2 * wide.totals()[0]);
    Parameters params = new Parameters(1, size, floats(size));
    assertThat(sent(params).values()).isEqualTo(params.values());
    HeldOut heldOut = HeldOut.of(HeldOut.code(1, 2));
    Parameters held = new Parameters(1, size, params.values(), heldOut, new long[] {7L << 40});
    assertThat(sent(held).heldOut().codes()).isEqualTo(heldOut.codes());
    assertThat(sent(held).seed(0)).isEqualTo(7L << 40);
  }

  @Test
  void whatTasksReturnAndAreGivenIsRegistered() {
    List<ScaledRange> scaled = List.of(new ScaledRange(1, 4, true));
    FoldMoments moments = sent(new FoldMoments(1, 2, scaled));
    assertThat(moments.merge(new FoldMoments(1, 2, scaled))).isSameAs(moments);
    RoundContext context = new RoundContext(Logistic.DEFAULTS, SCHEMA, 4, MetricSettings.DEFAULTS);
    RoundContext came = sent(context);
    assertThat(came)
        .isEqualTo(
            new RoundContext(
                context.model(), SCHEMA, 4, context.metrics(), came.idle(), came.taught()));
    ShardSummary summary = new ShardSummary(1, 2, 3, 4, 4.5, 5, 6, 7, 8);
    assertThat(sent(new ArrayList<>(List.of(summary)))).containsExactly(summary);
  }

  @Test
  void evaluationsOfEveryTaskKeepTheirMetrics() {
    for (Model model : List.<Model>of(Logistic.DEFAULTS, dev.lockstep.glm.Linear.DEFAULTS)) {
      Loss loss = model.loss();
      for (Precision precision : Precision.values()) {
        Evaluation evaluation = Evaluations.empty(loss, 1, MetricSettings.DEFAULTS, precision);
        evaluation.add(
            loss, new float[] {-1, 2, 0.5f}, 1, new float[] {0, 1, 0}, 0, new float[] {1, 2, 1}, 3);
        evaluation.finish();
        Map<String, Double> metrics = evaluation.metrics();
        assertThat(sent(evaluation).metrics()).isEqualTo(metrics).isNotEmpty();
      }
    }
  }
}

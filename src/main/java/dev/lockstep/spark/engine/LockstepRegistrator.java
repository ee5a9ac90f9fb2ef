package dev.lockstep.spark.engine;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import dev.lockstep.model.GradientSum;
import dev.lockstep.model.Parameters;
import dev.lockstep.spark.shard.ShardSummary;
import dev.lockstep.train.FoldMoments;
import dev.lockstep.train.metric.Evaluations;
import java.util.ArrayList;
import org.apache.spark.serializer.KryoRegistrator;

/**
 * Registers what rounds move with bulk serializers ({@code spark.kryo.registrator}). Other records
 * go by Java serialization: Kryo 4 reads fields by offset, which the JDK refuses for records.
 */
public final class LockstepRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.addDefaultSerializer(Record.class, new JavaSerializer());
    kryo.register(GradientSum.class, new GradientSumSerializer());
    kryo.register(Parameters.class, new ParametersSerializer());
    kryo.register(RoundContext.class, new JavaSerializer());
    kryo.register(ShardSummary.class, new JavaSerializer());
    kryo.register(ArrayList.class);
    kryo.register(FoldMoments.class);
    kryo.register(long[].class);
    Evaluations.types().forEach(kryo::register);
  }
}

package dev.lockstep.spark.run;

import dev.lockstep.data.Batch;
import dev.lockstep.data.Schema;
import dev.lockstep.model.Model;
import dev.lockstep.model.Parameters;
import dev.lockstep.model.Replica;
import dev.lockstep.spark.engine.Gpus;
import dev.lockstep.spark.shard.ShardBuilder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;

/** Scores the encoded rows of a partition, a block at a time, in their order. */
record ScoreRows(
    ShardBuilder builder,
    Model model,
    Schema schema,
    Broadcast<Parameters> params,
    PredictionColumns columns,
    int kept,
    int width)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Replica replica = model.open(schema, Gpus.ofTask());
    TaskCompletionListener closing = context -> replica.close();
    TaskContext.get().addTaskCompletionListener(closing);
    return new Scored(this, replica, rows);
  }

  private List<Row> score(Replica replica, List<Row> rows) {
    int outputs = model.outputs(schema);
    float[] scores = new float[rows.size() * outputs];
    replica.predict(params.value(), Batch.of(builder.block(rows)), scores);
    model.loss().predictions(scores, outputs, rows.size());
    List<Row> scored = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      Object[] cells = new Object[width];
      for (int j = 0; j < kept; j++) {
        cells[j] = rows.get(i).get(j);
      }
      columns.put(scores, i * outputs, outputs, cells, kept);
      scored.add(RowFactory.create(cells));
    }
    return scored;
  }

  private static final class Scored implements Iterator<Row> {
    private final ScoreRows settings;
    private final Replica replica;
    private final Iterator<Row> rows;
    private Iterator<Row> scored = List.<Row>of().iterator();

    Scored(ScoreRows settings, Replica replica, Iterator<Row> rows) {
      this.settings = settings;
      this.replica = replica;
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      return scored.hasNext() || rows.hasNext();
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      if (!scored.hasNext()) {
        List<Row> block = new ArrayList<>();
        while (rows.hasNext() && block.size() < settings.builder.shape().blockRows()) {
          block.add(rows.next());
        }
        scored = settings.score(replica, block).iterator();
      }
      return scored.next();
    }
  }
}

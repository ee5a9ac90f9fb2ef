package dev.lockstep.spark.source;

import static dev.lockstep.spark.source.SourceFixture.FAIL;
import static dev.lockstep.spark.source.SourceFixture.rows;
import static dev.lockstep.spark.source.SourceFixture.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.spark.source.Synthetic.Task;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SyntheticIT {
  private static Synthetic of(Task task, long rows, double density, long offset, boolean columns) {
    return new Synthetic(task, rows, 20, density, 4, 0.5, 7, offset, columns);
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void aRowDependsOnItsNumberAlone(Task task) {
    List<String> all = rows(of(task, 9000, 1, 0, false));
    List<String> later = rows(of(task, 1000, 1, 8000, false));
    assertThat(all).hasSize(9000).doesNotHaveDuplicates().containsAll(later);
    assertThat(rows(of(task, 9000, 1, 0, false))).isEqualTo(all);
  }

  @Test
  void columnsHoldTheNumbersOfTheVector() {
    Row vector = of(Task.BINARY, 5, 1, 0, false).open(session(), FAIL).rows().first();
    Row columns = of(Task.BINARY, 5, 1, 0, true).open(session(), FAIL).rows().first();
    double[] features = ((Vector) vector.getAs("features")).toArray();
    for (int j = 0; j < features.length; j++) {
      assertThat(columns.getDouble(j)).isEqualTo(features[j]);
    }
    assertThat(columns.<Double>getAs("label")).isEqualTo(vector.getAs("label"));
  }

  @ParameterizedTest
  @EnumSource(Task.class)
  void labelsFollowTheTrueModel(Task task) {
    for (double density : new double[] {1, 0.2}) {
      Synthetic source = of(task, 20_000, density, 0, false);
      TrueModel truth = source.truth().orElseThrow();
      double expected = 0;
      double sum = 0;
      double squares = 0;
      for (Row row : source.open(session(), FAIL).rows().collectAsList()) {
        double[] x = ((Vector) row.getAs("features")).toArray();
        double mean = mean(truth, x);
        double label = row.getAs("label");
        double y = task == Task.MULTICLASS ? (label == 1 ? 1 : 0) : label;
        expected += mean;
        sum += y - mean;
        squares += (y - mean) * (y - mean);
      }
      double deviation = Math.sqrt(squares);
      assertThat(expected / 20_000).isNotZero();
      assertThat(Math.abs(sum)).as("density %s", density).isLessThan(5 * deviation);
      if (task == Task.REGRESSION) {
        assertThat(Math.sqrt(squares / 20_000)).isBetween(0.48, 0.52);
      }
    }
  }

  private static double mean(TrueModel truth, double[] x) {
    double[] scores = truth.intercepts().clone();
    for (int k = 0; k < scores.length; k++) {
      for (int j = 0; j < x.length; j++) {
        scores[k] += truth.weights()[k * x.length + j] * x[j];
      }
    }
    double total = 0;
    for (double score : scores) {
      total += Math.exp(score);
    }
    return switch (truth.link()) {
      case IDENTITY -> scores[0];
      case LOGIT -> 1 / (1 + Math.exp(-scores[0]));
      case SOFTMAX -> Math.exp(scores[1]) / total;
      case LOG -> Math.exp(scores[0]);
    };
  }

  @Test
  void sparseRowsHaveTheAskedDensity() {
    for (Row row :
        of(Task.COUNTS, 100, 0.2, 0, false).open(session(), FAIL).rows().collectAsList()) {
      Vector features = row.getAs("features");
      assertThat(features.numActives()).isEqualTo(4);
      assertThat(features.size()).isEqualTo(20);
    }
  }
}

package dev.lockstep.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.lockstep.config.ConfigException;
import dev.lockstep.data.DataException;
import dev.lockstep.data.InputMissingException;
import dev.lockstep.spark.engine.ClusterException;
import dev.lockstep.train.DivergedException;
import dev.lockstep.train.store.IntegrityException;
import dev.lockstep.train.store.NotPermittedException;
import dev.lockstep.train.store.RunOwnedException;
import dev.lockstep.train.store.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {
  static Stream<Arguments> codes() {
    return Stream.of(
        Arguments.of(new UsageException("u"), 64),
        Arguments.of(new DataException("d"), 65),
        Arguments.of(new InputMissingException("i"), 66),
        Arguments.of(new IllegalStateException("x"), 70),
        Arguments.of(new OutOfMemoryError("heap"), 70),
        Arguments.of(new RunOwnedException("o"), 73),
        Arguments.of(new StorageException("s"), 74),
        Arguments.of(new IOException("disk"), 74),
        Arguments.of(new ClusterException("c", new RuntimeException()), 75),
        Arguments.of(new SparkException("Job 3 cancelled because SparkContext was shut down"), 75),
        Arguments.of(
            new IllegalStateException(
                "Cannot call methods on a stopped SparkContext.\nThis stopped SparkContext was"),
            75),
        Arguments.of(
            new SparkException(
                "Job aborted due to stage failure: Total size of serialized results of 9 tasks"
                    + " (1025.0 MiB) is bigger than spark.driver.maxResultSize (1024.0 MiB)"),
            78),
        Arguments.of(new IntegrityException("i"), 76),
        Arguments.of(new NotPermittedException("p", new IOException()), 77),
        Arguments.of(new ConfigException("c"), 78),
        Arguments.of(new DivergedException("d"), 80),
        Arguments.of(new FileNotFoundException("f (No such file or directory)"), 66),
        Arguments.of(new FileNotFoundException("f (Permission denied)"), 77));
  }

  @ParameterizedTest
  @MethodSource("codes")
  void theCodeIsFoundAtAnyDepth(Throwable cause, int code) {
    assertThat(Failure.of(cause).code().code()).isEqualTo(code);
    Throwable wrapped = new RuntimeException("outer", new RuntimeException("inner", cause));
    assertThat(Failure.of(wrapped).code().code()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({"7, --executor-memory", "driver, --driver-memory"})
  void aTaskWithoutMemoryIsToldWhereToGetSome(String executor, String option) {
    String text =
        "Job aborted due to stage failure: Task 0 in stage 1.0 failed 1 times, most recent failure:"
            + " Lost task 0.0 in stage 1.0 (TID 1) (host executor %s): java.lang.OutOfMemoryError:"
            + " Java heap space\n\tat a.b.C";
    OutOfMemoryError cause = new OutOfMemoryError("Java heap space");
    Failure failure = Failure.of(new SparkException(text.formatted(executor), cause));
    assertThat(failure.code()).isEqualTo(ExitCode.CLUSTER);
    assertThat(failure.sentence()).contains("ran out of memory").contains(option);
  }

  @Test
  void aTasksErrorIsFoundInTheTextOfTheJobs() {
    String text =
        "Job aborted due to stage failure: Task 0 in stage 1.0 failed 1 times, most recent failure:"
            + " Lost task 0.0 in stage 1.0 (TID 1) (host executor 1):"
            + " java.lang.RuntimeException: wrapped\n\tat a.b.C\nCaused by:"
            + " dev.lockstep.data.DataException: a.csv:3: column 2 is x, must be a number\n\tat d";
    Failure failure = Failure.of(new SparkException(text));
    assertThat(failure.code()).isEqualTo(ExitCode.DATA);
    assertThat(failure.sentence()).isEqualTo("a.csv:3: column 2 is x, must be a number");
  }

  @Test
  void dataIsTheCauseOfAFailedCluster() {
    Throwable data = new SparkException("Job aborted", new DataException("row 3 is wrong"));
    Failure failure = Failure.of(new ClusterException("the cluster failed", data));
    assertThat(failure.code()).isEqualTo(ExitCode.DATA);
    assertThat(failure.sentence()).isEqualTo("row 3 is wrong");
  }

  @Test
  void severalProblemsAreAllKept() {
    Failure failure = Failure.of(new ConfigException(List.of("a: 1", "b: 2")));
    assertThat(failure.problems()).containsExactly("a: 1", "b: 2");
    assertThat(failure.sentence()).contains("2 problems", "a: 1");
  }

  @Test
  void whatToDoAboutADamagedFileIsTold() {
    Throwable advised =
        catchThrowable(
            () ->
                IntegrityException.advising(
                    "restore it",
                    () -> {
                      throw new IntegrityException("a.json: is damaged", new IOException("x"));
                    }));
    Failure failure = Failure.of(new IllegalStateException(advised));
    assertThat(failure.code()).isEqualTo(ExitCode.INTEGRITY);
    assertThat(failure.sentence()).isEqualTo("a.json: is damaged; restore it");
    assertThat(advised).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void aSentenceIsOneLineWithoutSecrets() {
    Failure failure = Failure.of(new DataException("x\ny s3a://a:hunter2@b password=hunter2"));
    assertThat(failure.sentence()).startsWith("x\\ny ").doesNotContain("hunter2");
  }

  @Test
  void aCircleOfCausesEnds() {
    RuntimeException first = new RuntimeException("a");
    first.initCause(new RuntimeException("b", first));
    assertThat(Failure.of(first).code()).isEqualTo(ExitCode.INTERNAL);
  }

  @ParameterizedTest
  @EnumSource(ExitCode.class)
  void everyNamedExceptionExists(ExitCode code) throws ClassNotFoundException {
    for (String name : code.exceptions()) {
      assertThat(Class.forName(name)).isAssignableTo(Throwable.class);
    }
  }

  @Test
  void aStopIsAskedOnceAndOnlyWhileSomebodyListens() throws Exception {
    StopSignal signal = new StopSignal();
    assertThat(signal.getAsBoolean()).isFalse();
    assertThat(signal.during(signal::answer)).isEqualTo(StopSignal.Answer.STOP);
    assertThat(signal.getAsBoolean()).isTrue();
    assertThat(signal.leaving()).isFalse();
    assertThat(signal.during(signal::answer)).isEqualTo(StopSignal.Answer.HALT);
  }

  @Test
  void aStopWhileNothingIsTrainedEndsTheProcess() {
    StopSignal signal = new StopSignal();
    assertThat(signal.answer()).isEqualTo(StopSignal.Answer.LEAVE);
    assertThat(signal.leaving()).isTrue();
    assertThat(signal.answer()).isEqualTo(StopSignal.Answer.HALT);
  }
}

package dev.lockstep.train.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommitStoreTest {
  @TempDir(factory = Scratch.class)
  Path directory;

  @Test
  void ofTwoCreatorsOneWinsAndTheFileIsWhole() throws Exception {
    CommitStore store = CommitStores.open(directory.toString());
    ExecutorService pool = Executors.newFixedThreadPool(2);
    CyclicBarrier start = new CyclicBarrier(2);
    for (int race = 0; race < 2_000; race++) {
      String path = "races/" + race;
      List<Callable<Boolean>> creators =
          List.of(creator(store, start, path, 1), creator(store, start, path, 2));
      var results = pool.invokeAll(creators);
      boolean first = results.get(0).get();
      assertThat(results.get(1).get()).as(path).isNotEqualTo(first);
      byte[] content = store.read(path, 1 << 20).orElseThrow();
      assertThat(content).as(path).hasSize(5_000).containsOnly(first ? 1 : 2);
    }
    pool.shutdown();
    assertThat(Files.list(directory.resolve("races"))).hasSize(2_000);
  }

  private static Callable<Boolean> creator(
      CommitStore store, CyclicBarrier start, String path, int fill) {
    byte[] content = new byte[5_000];
    java.util.Arrays.fill(content, (byte) fill);
    return () -> {
      start.await();
      return store.createIfAbsent(path, content);
    };
  }

  @Test
  void aFileOnceCreatedStaysAsItIsUntilReplaced() {
    CommitStore store = CommitStores.open("file:" + directory + "/with space");
    assertThat(store.createIfAbsent("a/b", new byte[] {1})).isTrue();
    assertThat(store.createIfAbsent("a/b", new byte[] {2})).isFalse();
    assertThat(store.read("a/b", 10)).hasValue(new byte[] {1});
    store.replace("a/b", new byte[] {3});
    assertThat(store.read("a/b", 10)).hasValue(new byte[] {3});
    assertThat(store.files("")).containsExactly("a/b");
    assertThat(store.uri("a")).isEqualTo("file:" + directory + "/with space/a");
    store.delete("a");
    store.delete("a");
    assertThat(store.list("")).isEmpty();
    assertThat(store.size("a/b")).isEmpty();
    assertThat(store.read("a/b", 10)).isEmpty();
  }

  @Test
  void deletingALinkLeavesWhatItPointsTo() throws IOException {
    Path outside = Files.writeString(directory.resolve("outside"), "kept");
    CommitStore store = CommitStores.open(directory.resolve("run").toString());
    store.makeDirectories("a");
    Files.createSymbolicLink(directory.resolve("run/a/link"), outside);
    Files.createSymbolicLink(directory.resolve("run/a/up"), directory);
    store.delete("a");
    assertThat(outside).hasContent("kept");
  }

  @Test
  void pathsThatLeaveTheDirectoryAreRefused() {
    CommitStore store = CommitStores.open(directory.resolve("run").toString());
    assertThatThrownBy(() -> store.replace("../x", new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(directory.resolve("x")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"gs://bucket/x", "abfss://a@b/x", "ftp://host/x", "webhdfs://host/x", "wasb://x"})
  void aStoreThatCannotCreateIfAbsentIsAConfigurationError(String uri) {
    assertThatThrownBy(() -> CommitStores.open(uri))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(uri)
        .hasMessageContaining("file, hdfs or s3a");
  }

  @Test
  void aPathWithoutSchemeIsOfTheDefaultFileSystem() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.defaultFS", "gs://bucket");
    assertThatThrownBy(() -> CommitStores.open("runs/x", hadoop))
        .isInstanceOf(ConfigException.class);
  }

  @Test
  void anOutputThatRefusesIsFoundByTheProbe() {
    // Not even root may create a directory there.
    CommitStore store = CommitStores.open("/sys/kernel/lockstep-run");
    assertThatThrownBy(() -> CommitStores.probe(store))
        .isInstanceOf(NotPermittedException.class)
        .hasMessageContaining("/sys/kernel/lockstep-run")
        .hasMessageContaining("not permitted");
  }

  @Test
  void anOutputUnderAFileIsAnErrorThatNamesIt() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    CommitStore store = CommitStores.open(file + "/run");
    assertThatThrownBy(() -> CommitStores.probe(store))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void theProbeLeavesNothing() {
    CommitStore store = CommitStores.open(directory.resolve("run").toString());
    CommitStores.probe(store);
    assertThat(directory.resolve("run")).isEmptyDirectory();
  }
}

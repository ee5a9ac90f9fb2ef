package dev.lockstep.train.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.PrivilegedExceptionAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.security.UserGroupInformation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store on a real HDFS of one name node and one data node, in this process. */
class HdfsCommitStoreIT {
  private static final Ownership.Timing PATIENT = new Ownership.Timing(20, 600_000, 1);

  @TempDir(factory = Scratch.class)
  private static Path directory;

  private static MiniDFSCluster cluster;
  private static Configuration hadoop;

  @BeforeAll
  static void startHdfs() throws Exception {
    hadoop = new Configuration();
    hadoop.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, directory.toString());
    cluster = new MiniDFSCluster.Builder(hadoop).numDataNodes(1).build();
    cluster.waitActive();
  }

  @AfterAll
  static void stopHdfs() {
    cluster.shutdown();
  }

  private static CommitStore store(String path) {
    return CommitStores.open(cluster.getURI() + path, hadoop);
  }

  @Test
  void aFileOnceCreatedStaysAsItIsUntilReplaced() {
    CommitStore store = store("/files");
    assertThat(store.createIfAbsent("a/b", new byte[] {1})).isTrue();
    assertThat(store.createIfAbsent("a/b", new byte[] {2})).isFalse();
    assertThat(store.read("a/b", 10)).hasValue(new byte[] {1});
    store.replace("a/b", new byte[] {3});
    store.replace("c", new byte[] {4});
    assertThat(store.read("a/b", 10)).hasValue(new byte[] {3});
    assertThat(store.files("")).containsExactly("a/b", "c");
    assertThat(store.list("")).containsExactly("a", "c");
    store.delete("a");
    assertThat(store.list("a")).isEmpty();
    assertThat(store.files("a")).isEmpty();
    assertThat(store.read("a/b", 10)).isEmpty();
  }

  @Test
  void oneOfTwoThatStartAtOnceWins() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    CyclicBarrier start = new CyclicBarrier(2);
    for (int race = 0; race < 20; race++) {
      CommitStore store = store("/race-" + race);
      Callable<Optional<Ownership>> runner =
          () -> {
            start.await();
            try {
              return Optional.of(Ownership.claim(store, PATIENT));
            } catch (RunOwnedException e) {
              return Optional.empty();
            }
          };
      List<Ownership> winners = new ArrayList<>();
      for (Future<Optional<Ownership>> each : pool.invokeAll(List.of(runner, runner))) {
        each.get().ifPresent(winners::add);
      }
      winners.forEach(Ownership::close);
      assertThat(winners).extracting(Ownership::epoch).containsExactly(1);
    }
    pool.shutdown();
  }

  @Test
  void aRunHaltedAnywhereEndsAsOnALocalDisk(@TempDir(factory = Scratch.class) Path local) {
    CommitStore undisturbed = new LocalCommitStore(local);
    TinyTraining.run(undisturbed, new AtomicInteger());
    for (int victim = 5; victim < 140; victim += 31) {
      CommitStore store = store("/halted-" + victim);
      FaultyStore faulty =
          new FaultyStore(store, FaultyStore.Fault.values()[3 + victim / 31 % 3], victim);
      try {
        TinyTraining.run(faulty, new AtomicInteger());
      } catch (FaultyStore.Halt e) {
        assertThat(faulty.struck()).isTrue();
      }
      TinyTraining.run(store, new AtomicInteger());
      assertThat(TinyTraining.seen(store)).isEqualTo(TinyTraining.seen(undisturbed));
    }
  }

  @Test
  void anOutputOfAnotherUserIsNotPermitted() throws Exception {
    UserGroupInformation stranger =
        UserGroupInformation.createUserForTesting("stranger", new String[] {"strangers"});
    stranger.doAs(
        (PrivilegedExceptionAction<Void>)
            () -> {
              CommitStore store = store("/not-mine");
              assertThatThrownBy(() -> CommitStores.probe(store))
                  .isInstanceOf(NotPermittedException.class)
                  .hasMessageContaining("/not-mine");
              return null;
            });
  }
}

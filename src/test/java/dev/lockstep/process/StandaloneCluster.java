package dev.lockstep.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A Spark standalone cluster on loopback: a master and workers as processes of their own, on free
 * ports, through {@code scripts/cluster}. Closing it stops them.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Path folder;
  private final Map<String, String> env;
  private final int workers;

  private StandaloneCluster(Path folder, Map<String, String> env, int workers) {
    this.folder = folder;
    this.env = env;
    this.workers = workers;
  }

  /**
   * Starts a master and waits until all workers have registered.
   *
   * @param folder where pid files, logs and work directories go
   * @param workers how many worker processes
   * @param cores cores of each worker
   * @param memory memory of each worker for its executors, as {@code 1g}
   */
  public static StandaloneCluster start(Path folder, int workers, int cores, String memory) {
    return start(folder, workers, cores, memory, Thrift.ENV);
  }

  /**
   * The same with environment variables of the caller's.
   *
   * @param more for master, workers and executors
   */
  public static StandaloneCluster start(
      Path folder, int workers, int cores, String memory, Map<String, String> more) {
    Launcher.requireJar();
    Map<String, String> env = new HashMap<>(more);
    env.put("LOCKSTEP_CLUSTER_DIR", folder.toString());
    Set<String> ports = new LinkedHashSet<>();
    while (ports.size() < 3) {
      ports.add(freePort());
    }
    Iterator<String> port = ports.iterator();
    env.put("LOCKSTEP_MASTER_PORT", port.next());
    env.put("LOCKSTEP_MASTER_UI_PORT", port.next());
    env.put("LOCKSTEP_REST_PORT", port.next());
    env.put("LOCKSTEP_WORKER_UI_PORT", "0");
    env.put("LOCKSTEP_WORKER_HOSTS", hosts(workers));
    env.put("SPARK_DAEMON_MEMORY", "256m");
    StandaloneCluster cluster = new StandaloneCluster(folder, env, workers);
    Child.Outcome outcome =
        cluster.script(
            "start", "--workers", "" + workers, "--cores", "" + cores, "--memory", memory);
    assertThat(outcome.exitCode()).as(outcome.text()).isZero();
    return cluster;
  }

  /** The master's address for {@code --master}. */
  public String master() {
    return "spark://127.0.0.1:" + env.get("LOCKSTEP_MASTER_PORT");
  }

  /** The address that takes drivers, for {@code --deploy-mode cluster}. */
  public String rest() {
    return "spark://127.0.0.1:" + env.get("LOCKSTEP_REST_PORT");
  }

  /** The master's web page. */
  public String page() {
    return "http://127.0.0.1:" + env.get("LOCKSTEP_MASTER_UI_PORT");
  }

  /** An address for each worker where this machine answers to all of 127/8, as Linux does. */
  private static String hosts(int workers) {
    return IntStream.rangeClosed(1, workers)
        .mapToObj(number -> answers("127.0.0." + number) ? "127.0.0." + number : "127.0.0.1")
        .collect(Collectors.joining(" "));
  }

  private static boolean answers(String address) {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** The process of the master. */
  ProcessHandle masterProcess() {
    return find("master").orElseThrow();
  }

  /** The process of worker {@code number}, from 1. */
  public ProcessHandle worker(int number) {
    return find("worker-" + number).orElseThrow();
  }

  /** The executors that worker {@code number} runs now. */
  public List<ProcessHandle> executors(int number) {
    return worker(number)
        .children()
        .filter(
            child -> child.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
        .toList();
  }

  /**
   * Settings with which tasks that take a little longer than others are run a second time: only on
   * another host than the first, so never in {@code local-cluster}.
   */
  static Map<String, String> speculation() {
    return Map.of(
        "spark.speculation", "true",
        "spark.speculation.interval", "5ms",
        "spark.speculation.multiplier", "1.01",
        "spark.speculation.quantile", "0.5",
        "spark.speculation.minTaskRuntime", "1ms");
  }

  /** Settings as options of {@code scripts/lockstep}. */
  @SafeVarargs
  static String[] options(Map<String, String>... settings) {
    return Stream.of(settings)
        .flatMap(map -> map.entrySet().stream())
        .flatMap(entry -> Stream.of("--conf", entry.getKey() + "=" + entry.getValue()))
        .toArray(String[]::new);
  }

  /** The process of the executor that Spark calls {@code id}, of whichever worker. */
  ProcessHandle executor(String id) {
    return IntStream.rangeClosed(1, workers)
        .mapToObj(this::executors)
        .flatMap(List::stream)
        .filter(
            process ->
                process.info().commandLine().orElse("").contains("--executor-id " + id + " "))
        .findFirst()
        .orElseThrow();
  }

  /** What a driver in this JVM needs to be told to use the packaged jar on this cluster. */
  public static Map<String, String> driverHere() {
    Map<String, String> settings = new HashMap<>(Thrift.executors());
    settings.put("spark.jars", Launcher.JAR.toString());
    settings.put("spark.driver.host", "127.0.0.1");
    settings.put("spark.driver.bindAddress", "127.0.0.1");
    settings.put("spark.executor.memory", "1g");
    settings.put("spark.extraListeners", DriverProbe.class.getName());
    return settings;
  }

  /** Ends worker {@code number} and its executors with SIGKILL, all at once, as a lost machine. */
  public void killWorker(int number) {
    ProcessHandle worker = worker(number);
    List<ProcessHandle> children = worker.children().toList();
    worker.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  /** Ends the executors of worker {@code number} with SIGKILL; the worker starts new ones. */
  public void killExecutors(int number) {
    executors(number).forEach(ProcessHandle::destroyForcibly);
  }

  /** Ends the applications that run, as the links on the master's page do. */
  void killApplications() {
    HttpClient browser = HttpClient.newHttpClient();
    try {
      String state =
          browser.send(request("/json/").build(), HttpResponse.BodyHandlers.ofString()).body();
      for (JsonNode each : new ObjectMapper().readTree(state).path("activeapps")) {
        HttpRequest kill =
            request("/app/kill/?terminate=true&id=" + each.path("id").asText())
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(browser.send(kill, HttpResponse.BodyHandlers.discarding()).statusCode())
            .isLessThan(400);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(page() + path)).timeout(Duration.ofSeconds(30));
  }

  /** Stops workers and master. */
  @Override
  public void close() {
    for (int i = 1; i <= workers; i++) {
      find("worker-" + i)
          .ifPresent(worker -> worker.children().forEach(ProcessHandle::destroyForcibly));
    }
    assertThat(script("stop").exitCode()).isZero();
  }

  private Optional<ProcessHandle> find(String name) {
    Path file = folder.resolve(name + ".pid");
    try {
      return Files.exists(file)
          ? ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Child.Outcome script(String... args) {
    String[] command = new String[args.length + 1];
    command[0] = Launcher.HOME.resolve("scripts/cluster").toString();
    System.arraycopy(args, 0, command, 1, args.length);
    return Child.start(Launcher.HOME, env, List.of(command)).await(PATIENCE);
  }

  /** A port on which nobody listens, below those that the system gives to outgoing connections. */
  static String freePort() {
    for (int attempt = 0; attempt < 100; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return Integer.toString(socket.getLocalPort());
      } catch (IOException e) {
        continue;
      }
    }
    throw new IllegalStateException("no port between 20,000 and 32,000 is free");
  }
}

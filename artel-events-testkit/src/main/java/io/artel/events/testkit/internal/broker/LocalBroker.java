package io.artel.events.testkit.internal.broker;

import io.artel.events.testkit.BrokerUnavailableException;
import io.artel.events.testkit.RabbitMq;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node of an {@link Installation}, with a data folder, ports and an epmd of its own.
 *
 * <p>The watch over epmd lives as long as this object and removes the folder in the end; the watch
 * over the node lives from one start to the next stop. {@code lifecycle} guards start, stop and
 * signals; {@code tool} lets one rabbitmqctl run at a time, for they share a few ports. {@link
 * #close()} takes neither, so that the end of the JVM does not wait for a start.
 */
final class LocalBroker extends OwnBroker {
  private static final Logger LOG = LoggerFactory.getLogger(LocalBroker.class);
  private static final int LOG_TAIL = 30;
  private static final String COOKIE = ".erlang.cookie";

  private static final Set<LocalBroker> OPEN = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> OPEN.forEach(LocalBroker::close), "artel-rabbitmq-shutdown"));
  }

  /** The folder, within its own, of what the node stores. */
  private static final String DATA = "data";

  private final Object lifecycle = new Object();
  private final Object tool = new Object();
  private final Installation installation;
  private final Seat seat;
  private final Path folder;
  private final Path log;
  private final Map<String, String> environment;
  private final WatchedProcess epmd;

  /** What its data is on, unless it is on the same disk as everything else. */
  private final @Nullable SmallDisk disk;

  private volatile @Nullable WatchedProcess node;
  private volatile String version;
  private volatile boolean closed;

  private LocalBroker(Installation installation, Seat seat, @Nullable String diskSize) {
    super(seat.host(), seat.ports().amqp(), seat.ports().management());
    this.installation = installation;
    this.seat = seat;
    version = installation.version();
    try {
      folder = Files.createTempDirectory("artel-rabbitmq-");
      Files.writeString(folder.resolve("rabbitmq.conf"), seat.configurationFile());
      Files.writeString(folder.resolve("enabled_plugins"), PLUGINS);
      Files.createFile(folder.resolve("env.conf"));
      if (!seat.cookie().isEmpty()) {
        Path cookie = Files.writeString(folder.resolve(COOKIE), seat.cookie());
        Files.setPosixFilePermissions(cookie, PosixFilePermissions.fromString("r--------"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    log = folder.resolve("node.log");
    environment = environment();
    epmd = new WatchedProcess(command("epmd"), environment, log, folder);
    disk = diskSize == null ? null : new SmallDisk(folder.resolve(DATA), diskSize, log);
    OPEN.add(this);
  }

  /** Starts a new node. */
  static RabbitMq started(Installation installation) {
    return started(new LocalBroker(installation, Seat.alone(), null));
  }

  /** A node that does not run yet, as one of a cluster. */
  static LocalBroker member(Installation installation, Seat seat) {
    return new LocalBroker(installation, seat, null);
  }

  /** Starts a new node whose data has a disk of its own, of a size such as {@code 100m}. */
  static LocalBroker onSmallDisk(Installation installation, String size) {
    return started(new LocalBroker(installation, Seat.alone(), size));
  }

  private static LocalBroker started(LocalBroker broker) {
    try {
      broker.start();
      return broker;
    } catch (RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /**
   * What its data is on.
   *
   * @throws IllegalStateException unless it was started on a small disk
   */
  SmallDisk disk() {
    if (disk == null) {
      throw new IllegalStateException(this + " has no disk of its own.");
    }
    return disk;
  }

  /** The data folder. */
  Path folder() {
    return folder;
  }

  /** The process ids of epmd and, if it runs, of the node. */
  List<Long> pids() {
    WatchedProcess running = node;
    return running == null ? List.of(epmd.pid()) : List.of(epmd.pid(), running.pid());
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public void start() {
    synchronized (lifecycle) {
      if (closed) {
        throw new IllegalStateException(this + " is closed and cannot be started again.");
      }
      WatchedProcess running = node;
      if (running != null && running.running()) {
        running.signal("CONT");
        return;
      }
      long begin = System.nanoTime();
      // A node that finds no epmd starts one for itself, which would outlive us.
      int epmdPort = seat.ports().epmd();
      if (!Waiting.until(() -> !epmd.running() || Ports.listening(seat.host(), epmdPort))
          || !epmd.running()) {
        throw failedToStart("has no epmd");
      }
      List<String> server = command("rabbitmq-server");
      WatchedProcess starting =
          new WatchedProcess(disk == null ? server : disk.seenBy(server), environment, log, null);
      node = starting;
      boolean settled = Waiting.until(() -> !starting.running() || answers());
      if (!starting.running()) {
        throw failedToStart("ended with status " + starting.status() + " while starting");
      }
      if (!settled) {
        throw failedToStart("did not answer within " + Waiting.LIMIT);
      }
      LOG.info(
          "Started {} from {} in {} ms",
          this,
          installation,
          Duration.ofNanos(System.nanoTime() - begin).toMillis());
    }
  }

  @Override
  public void stop() {
    end("TERM");
  }

  @Override
  public void kill() {
    end("KILL");
  }

  @Override
  public void pause() {
    synchronized (lifecycle) {
      running().signal("STOP");
    }
  }

  @Override
  public void resume() {
    synchronized (lifecycle) {
      running().signal("CONT");
    }
  }

  @Override
  public void close() {
    closed = true;
    WatchedProcess last = node;
    if (last != null) {
      last.end();
    }
    if (disk != null) {
      disk.end();
    }
    epmd.end();
    OPEN.remove(this);
  }

  @Override
  String run(String program, String... arguments) {
    synchronized (tool) {
      Path output = folder.resolve("tool.out");
      Path errors = folder.resolve("tool.err");
      ProcessBuilder builder = new ProcessBuilder(command(program, arguments));
      builder.environment().putAll(environment);
      builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
      try {
        Process process = builder.start();
        if (!process.waitFor(Waiting.LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          throw failed("did not answer " + program + " within " + Waiting.LIMIT + ".", null);
        }
        if (process.exitValue() != 0) {
          throw toolFailed(program, arguments, process.exitValue(), Files.readString(errors));
        }
        return Files.readString(output);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw Waiting.interrupted(e);
      }
    }
  }

  private void end(String signal) {
    synchronized (lifecycle) {
      WatchedProcess ending = node;
      if (ending == null || !ending.running()) {
        return;
      }
      ending.signal(signal);
      ending.signal("CONT");
      if (!ending.ends(Waiting.LIMIT)) {
        throw failed("did not end " + Waiting.LIMIT + " after the signal " + signal + ".", null);
      }
    }
  }

  private boolean answers() {
    Optional<String> answer = answer();
    answer.ifPresent(reported -> version = reported);
    return answer.isPresent();
  }

  private WatchedProcess running() {
    WatchedProcess running = node;
    if (running == null || !running.running()) {
      throw new IllegalStateException(this + " does not run; start() it first.");
    }
    return running;
  }

  private BrokerUnavailableException failedToStart(String what) {
    return failed(
        "(" + installation + ") " + what + "; the end of its log says why:\n" + logTail(), null);
  }

  /** The end of what the node has logged. */
  String logTail() {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
              .lines()
              .map(line -> line.replaceAll("\u001B\\[[\\d;]*m", ""))
              .toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL), lines.size()));
    } catch (IOException e) {
      return "(" + log + " cannot be read: " + e + ")";
    }
  }

  /** The command line that runs a program of the installation where the node is. */
  private List<String> command(String program, String... arguments) {
    return seat.entering().apply(installation.command(program, arguments));
  }

  private Map<String, String> environment() {
    Path inside = installation.inside(folder);
    Map<String, String> variables = new HashMap<>(installation.environment(folder));
    variables.putAll(seat.environment());
    variables.put("HOME", inside.toString());
    variables.put("LC_ALL", "C.UTF-8");
    variables.put("RABBITMQ_MNESIA_BASE", inside.resolve(DATA).toString());
    variables.put("RABBITMQ_LOG_BASE", inside.resolve("log").toString());
    variables.put("RABBITMQ_CONFIG_FILE", inside.resolve("rabbitmq.conf").toString());
    variables.put("RABBITMQ_CONFIG_FILES", inside.resolve("conf.d").toString());
    variables.put("RABBITMQ_CONF_ENV_FILE", inside.resolve("env.conf").toString());
    variables.put("RABBITMQ_ENABLED_PLUGINS_FILE", inside.resolve("enabled_plugins").toString());
    // With this the start script becomes the node instead of its parent, so signals reach the node.
    variables.put("RUNNING_UNDER_SYSTEMD", "true");
    return variables;
  }
}

package io.artel.events.testkit.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.artel.events.testkit.BrokerUnavailableException;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a broker on this machine leaves behind when it ends, in whatever way: nothing. */
@OnRealBrokers(ours = true)
class LocalBrokerIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Empty where the brokers come from a Docker engine and none is on the machine itself. */
  private final Optional<Installation> installation;

  private final String version;

  LocalBrokerIT(RabbitMq broker) {
    version = broker.version();
    installation = Installation.find(version, System.getenv());
  }

  @Test
  void sharedBrokerShouldBeStartedAgain() {
    BrokerFinder finder = new BrokerFinder(System.getenv());
    try (RabbitMq shared = finder.shared(version)) {
      shared.kill();

      assertThat(finder.shared(version)).isSameAs(shared);
      assertThat(shared.ctl("list_vhosts")).contains("/");
    }
  }

  @Test
  void closeShouldLeaveNoProcessAndNoFolder() {
    installation.ifPresent(
        found -> {
          LocalBroker broker = (LocalBroker) LocalBroker.started(found);
          List<Long> pids = withChildren(broker.pids());
          assertThat(pids).hasSizeGreaterThan(2).noneMatch(LocalBrokerIT::gone);

          broker.close();

          await().atMost(LIMIT).until(() -> pids.stream().allMatch(LocalBrokerIT::gone));
          assertThat(broker.folder()).doesNotExist();
          assertThatThrownBy(broker::start).hasMessageContaining("is closed");
          broker.close();
        });
  }

  @Test
  void closeShouldEndPausedBroker() {
    installation.ifPresent(
        found -> {
          LocalBroker broker = (LocalBroker) LocalBroker.started(found);
          List<Long> pids = broker.pids();
          broker.pause();

          broker.close();

          assertThat(pids).allMatch(LocalBrokerIT::gone);
          assertThat(broker.folder()).doesNotExist();
        });
  }

  @Test
  void killedJvmShouldLeaveNoProcessAndNoFolder() throws Exception {
    if (installation.isEmpty()) {
      return;
    }
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                installation.get().version())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = jvm.inputReader()) {
      String[] line =
          output.lines().filter(l -> l.startsWith("held ")).findFirst().orElseThrow().split(" ");
      Path folder = Path.of(line[1]);
      List<Long> pids = withChildren(Arrays.stream(line).skip(2).map(Long::valueOf).toList());
      assertThat(pids).hasSizeGreaterThan(2).noneMatch(LocalBrokerIT::gone);
      assertThat(folder).exists();

      jvm.destroyForcibly();

      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> {
                assertThat(pids).allMatch(LocalBrokerIT::gone);
                assertThat(folder).doesNotExist();
              });
    } finally {
      jvm.destroyForcibly();
    }
  }

  @Test
  void failedStartShouldSayWhyAndLeaveNothing() throws Exception {
    if (installation.isEmpty()) {
      return;
    }
    LocalBroker broker = (LocalBroker) LocalBroker.started(installation.get());
    broker.stop();
    try (ServerSocket taken =
        new ServerSocket(broker.port(), 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.isBound()).isTrue();

      assertThatThrownBy(broker::start)
          .isInstanceOf(BrokerUnavailableException.class)
          .hasMessageContaining("while starting")
          .hasMessageContaining("eaddrinuse");
    } finally {
      broker.close();
    }
    assertThat(broker.folder()).doesNotExist();
  }

  private static List<Long> withChildren(List<Long> pids) {
    return pids.stream()
        .flatMap(
            pid ->
                Stream.concat(
                    Stream.of(pid),
                    ProcessHandle.of(pid).orElseThrow().descendants().map(ProcessHandle::pid)))
        .toList();
  }

  /** Whether a process has ended; its parent may still have to take note of that. */
  private static boolean gone(long pid) {
    try {
      Path status = Path.of("/proc", String.valueOf(pid), "status");
      return ProcessHandle.of(pid).isEmpty()
          || (Files.exists(status) && Files.readString(status).contains("State:\tZ"));
    } catch (IOException e) {
      return ProcessHandle.of(pid).isEmpty();
    }
  }

  /** A JVM that holds a broker until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws InterruptedException {
      Installation installation = Installation.find(arguments[0], System.getenv()).orElseThrow();
      LocalBroker broker = (LocalBroker) LocalBroker.started(installation);
      String pids = String.join(" ", broker.pids().stream().map(String::valueOf).toList());
      System.out.println("held " + broker.folder() + " " + pids);
      Thread.currentThread().join();
    }
  }
}

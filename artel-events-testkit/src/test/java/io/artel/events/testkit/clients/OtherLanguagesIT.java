package io.artel.events.testkit.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The programs of {@code src/test/clients}, each a client in another language that does its round.
 * A client that is not installed fails the test if the system property {@code artel.brokers} is
 * {@code required}; else a line tells what was not covered.
 */
class OtherLanguagesIT {
  private static final Path PROGRAMS = Path.of("src/test/clients");
  private static final Path INSTALLED = cache().resolve("clients").toAbsolutePath();
  private static final Path PYTHON = INSTALLED.resolve("python/bin/python");
  private static final int SECONDS = 60;

  /**
   * A client: its pins among the programs, which stand also where it is installed, and its program.
   */
  private record Client(String name, String pins, List<String> command) {

    boolean isInstalled() {
      Path installed = INSTALLED.resolve(pins);
      try {
        return Files.exists(installed) && Files.mismatch(PROGRAMS.resolve(pins), installed) == -1;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<Client> CLIENTS =
      List.of(
          python("pika", "pika_round.py"),
          python("aio-pika", "aio_pika_round.py"),
          new Client(
              "amqplib", "node/package-lock.json", List.of("node", "node/amqplib_round.js")));

  @TempDir Path folder;

  @ParameterizedTest(name = "{0} on {1}", allowZeroInvocations = true)
  @MethodSource("clientsAndBrokers")
  void roundShouldSucceed(Client client, ClientBroker broker) throws Exception {
    File output = folder.resolve("output").toFile();
    ProcessBuilder program =
        new ProcessBuilder(
                Stream.concat(client.command().stream(), Stream.of(broker.uri())).toList())
            .directory(PROGRAMS.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output);
    program.environment().put("NODE_PATH", INSTALLED.resolve("node/node_modules").toString());
    Process process = program.start();
    boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly().waitFor();
    assertThat(output)
        .content()
        .startsWith(client.name())
        .contains("round of 200 messages is done");
    assertThat(ended).as("whether it ended").isTrue();
    assertThat(process.exitValue()).isZero();
  }

  static Stream<Arguments> clientsAndBrokers() {
    List<Client> installed = CLIENTS.stream().filter(OtherLanguagesIT::isInstalledOrTold).toList();
    return ClientBroker.all()
        .flatMap(broker -> installed.stream().map(client -> Arguments.of(client, broker)));
  }

  private static boolean isInstalledOrTold(Client client) {
    if (client.isInstalled()) {
      return true;
    }
    String reason =
        "%s: %s has not the versions of %s; ./artel test --install gets them."
            .formatted(client, INSTALLED, PROGRAMS.resolve(client.pins()));
    if (ClientBroker.REQUIRED) {
      throw new AssertionError(reason);
    }
    System.out.println("NOT COVERED " + reason);
    return false;
  }

  private static Client python(String name, String program) {
    return new Client(
        name, "python/requirements.txt", List.of(PYTHON.toString(), "-B", "python/" + program));
  }

  /** The same folder as in {@code install-clients.sh}. */
  private static Path cache() {
    Map<String, String> environment = System.getenv();
    String user =
        environment.getOrDefault("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
    return Path.of(environment.getOrDefault("ARTEL_CACHE", user + "/artel-events"));
  }
}

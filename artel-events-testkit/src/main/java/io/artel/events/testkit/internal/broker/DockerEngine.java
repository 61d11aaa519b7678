package io.artel.events.testkit.internal.broker;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Whether it is worth asking Testcontainers for a Docker engine. Testcontainers itself takes
 * seconds and a page of log to find out that there is none.
 */
final class DockerEngine {
  private static final String TESTCONTAINERS = "org.testcontainers.DockerClientFactory";

  private DockerEngine() {}

  static boolean mayBeThere(Map<String, String> environment) {
    return testcontainersIsThere()
        && (environment.containsKey("DOCKER_HOST")
            || System.getProperty("os.name").startsWith("Windows")
            || traces(environment).anyMatch(Files::exists));
  }

  private static boolean testcontainersIsThere() {
    try {
      Class<?> found = Class.forName(TESTCONTAINERS, false, DockerEngine.class.getClassLoader());
      // Our module does not require Testcontainers, whose module has no name of its own.
      DockerEngine.class.getModule().addReads(found.getModule());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** The sockets where engines listen, and the file in which Testcontainers is told of others. */
  private static Stream<Path> traces(Map<String, String> environment) {
    Path home = Path.of(System.getProperty("user.home"));
    Stream<Path> everywhere =
        Stream.of(
            Path.of("/var/run/docker.sock"),
            home.resolve(".docker/run/docker.sock"),
            home.resolve(".docker/desktop/docker.sock"),
            home.resolve(".testcontainers.properties"));
    String runtime = environment.get("XDG_RUNTIME_DIR");
    return runtime == null
        ? everywhere
        : Stream.concat(everywhere, Stream.of(Path.of(runtime, "docker.sock")));
  }
}

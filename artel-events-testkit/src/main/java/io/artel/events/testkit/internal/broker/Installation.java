package io.artel.events.testkit.internal.broker;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * RabbitMQ on this machine: installed in the system, or in a root folder of its own that {@code
 * install-rabbitmq.sh} made.
 *
 * @param root the root folder; {@code /} for the system itself
 * @param programs the folder of {@code rabbitmq-server}, as seen from inside the root folder
 */
record Installation(Path root, Path programs, String version) {
  private static final Path SYSTEM = Path.of("/");
  private static final Path PACKAGED = Path.of("/usr/lib/rabbitmq/bin");

  /** Where the data folder is seen from inside a root folder of its own. */
  private static final Path DATA_INSIDE = Path.of("/mnt");

  private static final Pattern VERSION = Pattern.compile("rabbitmq(?:_server-|/)(\\d+[.\\d]*)");

  /**
   * Enters the root folder {@code $0} with the mounts that a node needs. They are private to the
   * process, so they end with it.
   */
  private static final String ENTER =
      """
      mount --rbind /proc "$0/proc" && mount --rbind /dev "$0/dev" &&
        mount --rbind "$ARTEL_DATA" "$0/mnt" && exec chroot "$0" "$@"
      """;

  static Optional<Installation> find(String version, Map<String, String> environment) {
    return all(environment)
        .filter(installation -> Versions.belongs(installation.version, version))
        .findFirst();
  }

  static Optional<Installation> newest(Map<String, String> environment) {
    return all(environment).max(Comparator.comparing(Installation::version, Versions.OLDEST_FIRST));
  }

  /** The command line that runs a program with the data folder at {@link #inside(Path)}. */
  List<String> command(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    if (!root.equals(SYSTEM)) {
      command.addAll(List.of("unshare", "--mount", "sh", "-c", ENTER, root.toString()));
    }
    command.add(program.startsWith("rabbitmq") ? programs.resolve(program).toString() : program);
    command.addAll(List.of(arguments));
    return command;
  }

  /** What the processes of {@link #command} need in their environment, whatever they do. */
  Map<String, String> environment(Path data) {
    return root.equals(SYSTEM)
        ? Map.of()
        : Map.of("ARTEL_DATA", data.toString(), "PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
  }

  /** The data folder as a program of this installation sees it. */
  Path inside(Path data) {
    return root.equals(SYSTEM) ? data : DATA_INSIDE;
  }

  @Override
  public String toString() {
    return "RabbitMQ " + version + " in " + (root.equals(SYSTEM) ? programs : root);
  }

  private static Stream<Installation> all(Map<String, String> environment) {
    Stream<Path> path =
        Stream.of(environment.getOrDefault("PATH", "").split(Pattern.quote(File.pathSeparator)))
            .map(Path::of);
    return Stream.concat(
        Stream.concat(Stream.of(PACKAGED), path).flatMap(programs -> in(SYSTEM, programs).stream()),
        rootFolders(environment).stream().flatMap(root -> in(root, PACKAGED).stream()));
  }

  private static Optional<Installation> in(Path root, Path programs) {
    Path server =
        root.resolve(SYSTEM.relativize(programs.toAbsolutePath())).resolve("rabbitmq-server");
    if (!Files.isExecutable(server)) {
      return Optional.empty();
    }
    try {
      Matcher version =
          VERSION.matcher(root.toRealPath().relativize(server.toRealPath()).toString());
      return version.find()
          ? Optional.of(new Installation(root, programs, version.group(1)))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> rootFolders(Map<String, String> environment) {
    Path folder = cache(environment).resolve("rabbitmq");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(entry -> !entry.getFileName().toString().startsWith(".")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same folder as in {@code install-rabbitmq.sh}. */
  private static Path cache(Map<String, String> environment) {
    String artel = environment.getOrDefault("ARTEL_CACHE", "");
    if (!artel.isEmpty()) {
      return Path.of(artel);
    }
    String user = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path parent =
        user.isEmpty()
            ? Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".cache")
            : Path.of(user);
    return parent.resolve("artel-events");
  }
}

package io.artel.events.testkit.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
  @TempDir Path folder;

  @Test
  void rootFolderShouldBeFoundByTheVersionInside() throws IOException {
    Path root = rootFolder(folder.resolve("rabbitmq"), "99.3", "99.3.6");

    Installation found =
        Installation.find("99.3", Map.of("ARTEL_CACHE", folder.toString())).orElseThrow();

    assertThat(found.version()).isEqualTo("99.3.6");
    assertThat(found.root()).isEqualTo(root);
    assertThat(found.inside(folder)).isNotEqualTo(folder);
    assertThat(found.command("rabbitmqctl", "status"))
        .startsWith("unshare", "--mount")
        .endsWith(root.toString(), "/usr/lib/rabbitmq/bin/rabbitmqctl", "status");
  }

  @Test
  void newestShouldWin() throws IOException {
    rootFolder(folder.resolve("artel-events/rabbitmq"), "99.9", "99.9.1");
    rootFolder(folder.resolve("artel-events/rabbitmq"), "99.10", "99.10.0");

    assertThat(Installation.newest(Map.of("XDG_CACHE_HOME", folder.toString())))
        .map(Installation::version)
        .contains("99.10.0");
  }

  @Test
  void rootFolderStillBeingBuiltShouldNotBeFound() throws IOException {
    rootFolder(folder.resolve("rabbitmq"), ".building-99.3", "99.3.6");

    assertThat(Installation.find("99.3", Map.of("ARTEL_CACHE", folder.toString()))).isEmpty();
  }

  @Test
  void serverOnThePathShouldBeFound() throws IOException {
    Path programs = Files.createDirectories(folder.resolve("rabbitmq_server-99.1.2/sbin"));
    executable(programs.resolve("rabbitmq-server"));

    Installation found =
        Installation.find("99", Map.of("PATH", folder + ":" + programs)).orElseThrow();

    assertThat(found.version()).isEqualTo("99.1.2");
    assertThat(found.inside(folder)).isEqualTo(folder);
    assertThat(found.command("rabbitmqctl"))
        .containsExactly(programs.resolve("rabbitmqctl").toString());
  }

  private static Path rootFolder(Path cache, String name, String version) throws IOException {
    Path root = cache.resolve(name);
    Path library = root.resolve("usr/lib/rabbitmq");
    Path programs =
        Files.createDirectories(library.resolve("lib/rabbitmq_server-" + version + "/sbin"));
    executable(programs.resolve("rabbitmq-server"));
    Files.createDirectories(library.resolve("bin"));
    Files.createSymbolicLink(
        library.resolve("bin/rabbitmq-server"),
        Path.of("../lib/rabbitmq_server-" + version + "/sbin/rabbitmq-server"));
    return root;
  }

  private static void executable(Path file) throws IOException {
    Files.createFile(file);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}

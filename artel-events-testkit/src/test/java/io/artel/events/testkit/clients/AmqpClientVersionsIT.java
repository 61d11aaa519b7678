package io.artel.events.testkit.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.impl.ClientVersion;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The Java client's versions, unmodified, each with {@link AmqpClientRound} compiled for the
 * oldest. The build copies their jars to {@code target/clients}; the POM has the list.
 */
class AmqpClientVersionsIT {
  private static final String OLDEST = "5.0.0";
  private static final Path JARS = Path.of("target/clients");

  @TempDir static Path classes;

  @BeforeAll
  static void compileTheRoundForTheOldest() {
    Path source = Path.of("src/test/java", AmqpClientRound.class.getName().replace('.', '/'));
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-cp",
                jar(OLDEST).toString(),
                "-d",
                classes.toString(),
                "-encoding",
                UTF_8.name(),
                source + ".java");
    assertThat(result).isZero();
  }

  @Test
  void versionsShouldReachFromTheOldestToTheOneOfThisBuild() throws Exception {
    assertThat(versions()).hasSizeGreaterThan(8).contains(OLDEST, ClientVersion.VERSION);
  }

  @ParameterizedTest(name = "amqp-client {0} on {1}", allowZeroInvocations = true)
  @MethodSource("versionsAndBrokers")
  @Timeout(60)
  void roundShouldSucceed(String version, ClientBroker broker) throws Exception {
    try (OneVersion client =
        new OneVersion(classes.toUri().toURL(), jar(version).toUri().toURL())) {
      assertThat(client.run(broker.uri())).isEqualTo(version);
    }
  }

  static Stream<Arguments> versionsAndBrokers() throws IOException {
    List<String> versions = versions();
    return ClientBroker.all()
        .flatMap(broker -> versions.stream().map(version -> Arguments.of(version, broker)));
  }

  private static List<String> versions() throws IOException {
    try (Stream<Path> jars = Files.list(JARS)) {
      return jars.map(jar -> jar.getFileName().toString().replaceAll("amqp-client-|\\.jar", ""))
          .sorted(Comparator.comparing(ModuleDescriptor.Version::parse))
          .toList();
    }
  }

  private static Path jar(String version) {
    return JARS.resolve("amqp-client-" + version + ".jar");
  }

  /** Sees the round and one version of the client; shares with the tests what clients depend on. */
  private static final class OneVersion extends URLClassLoader {
    OneVersion(URL round, URL client) {
      super(new URL[] {round, client}, ClassLoader.getPlatformClassLoader());
    }

    Object run(String uri) throws Exception {
      Class<?> round = loadClass(AmqpClientRound.class.getName());
      try {
        return round.getMethod("run", String.class).invoke(null, uri);
      } catch (InvocationTargetException e) {
        throw new AssertionError("the round failed: " + e.getCause(), e.getCause());
      }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      return name.startsWith("org.slf4j.") || name.startsWith("io.netty.")
          ? AmqpClientVersionsIT.class.getClassLoader().loadClass(name)
          : super.loadClass(name, resolve);
    }
  }
}

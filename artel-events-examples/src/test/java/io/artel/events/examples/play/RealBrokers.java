package io.artel.events.examples.play;

import io.artel.events.testkit.BrokerUnavailableException;
import io.artel.events.testkit.RabbitMq;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * The brokers to play on: the one that the environment names, or else each version of the system
 * property {@code artel.brokers.versions}. A missing one fails the test only if {@code
 * artel.brokers} is {@code required}; else a line tells what was not covered.
 */
final class RealBrokers implements ArgumentsProvider {

  private static final String VERSIONS = System.getProperty("artel.brokers.versions", "3.10,4.3");
  private static final boolean REQUIRED =
      "required".equals(System.getProperty("artel.brokers", "auto"));

  @Override
  public Stream<Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    if (System.getenv("ARTEL_AMQP_URI") != null) {
      return RabbitMq.findAny().stream().map(Arguments::of);
    }
    return Stream.of(VERSIONS.split(",", -1))
        .flatMap(version -> shared(version.strip(), context.getRequiredTestClass()));
  }

  private static Stream<Arguments> shared(String version, Class<?> test) {
    try {
      return Stream.of(Arguments.of(RabbitMq.shared(version)));
    } catch (BrokerUnavailableException e) {
      if (REQUIRED || !e.missing()) {
        throw e;
      }
      System.out.println("NOT COVERED " + test.getSimpleName() + ": " + e.getMessage());
      return Stream.empty();
    }
  }
}

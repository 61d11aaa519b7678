package io.artel.events.testkit.contract;

import io.artel.events.testkit.BrokerProfile;
import io.artel.events.testkit.BrokerUnavailableException;
import io.artel.events.testkit.EmbeddedBroker;
import io.artel.events.testkit.RabbitMq;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * The brokers for {@link OnEveryBroker}: the embedded one in each profile, and the real ones of the
 * system property {@code artel.contract.versions}, which may be {@code none}. A real one that is
 * missing fails the test if the system property {@code artel.brokers} is {@code required}; else a
 * line tells what was not covered. The system property {@code artel.contract.uri.VERSION} names one
 * that already runs.
 */
final class EveryBroker implements ArgumentsProvider {
  private static final String VERSIONS =
      System.getProperty("artel.contract.versions", "3.10,4.0,4.3");
  private static final boolean REQUIRED =
      "required".equals(System.getProperty("artel.brokers", "auto"));
  private static final Map<BrokerProfile, ContractBroker> EMBEDDED = new ConcurrentHashMap<>();
  private static final Map<String, Optional<ContractBroker>> REAL = new ConcurrentHashMap<>();

  @Override
  public Stream<Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    return Stream.concat(
            Stream.of(BrokerProfile.values())
                .map(profile -> EMBEDDED.computeIfAbsent(profile, EveryBroker::embedded)),
            Stream.of(VERSIONS.split(","))
                .filter(version -> !version.isBlank() && !version.equals("none"))
                .flatMap(
                    version -> REAL.computeIfAbsent(version.strip(), EveryBroker::real).stream()))
        .map(Arguments::of);
  }

  /** Starts the embedded broker that all tests of one profile share; it ends with the JVM. */
  private static ContractBroker embedded(BrokerProfile profile) {
    EmbeddedBroker broker = EmbeddedBroker.builder().profile(profile).start();
    return new ContractBroker("embedded", broker.version(), broker.amqpUri());
  }

  private static Optional<ContractBroker> real(String version) {
    String uri = System.getProperty("artel.contract.uri." + version);
    if (uri != null) {
      return Optional.of(new ContractBroker("real", version, uri));
    }
    try {
      RabbitMq broker = RabbitMq.shared(version);
      return Optional.of(new ContractBroker("real", broker.version(), broker.amqpUri()));
    } catch (BrokerUnavailableException e) {
      if (REQUIRED || !e.missing()) {
        throw e;
      }
      System.out.println("NOT COVERED contract on RabbitMQ " + version + ": " + e.getMessage());
      return Optional.empty();
    }
  }
}

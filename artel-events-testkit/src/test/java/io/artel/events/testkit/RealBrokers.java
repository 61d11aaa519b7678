package io.artel.events.testkit;

import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * The brokers for {@link OnRealBrokers}: the one that the environment names, or else those of the
 * system property {@code artel.brokers.versions}. One that is missing fails the test if the system
 * property {@code artel.brokers} is {@code required}; else a line tells what was not covered.
 */
public final class RealBrokers implements ArgumentsProvider, AnnotationConsumer<OnRealBrokers> {
  private static final String VERSIONS = System.getProperty("artel.brokers.versions", "3.10,4.3");
  private static final boolean REQUIRED =
      "required".equals(System.getProperty("artel.brokers", "auto"));

  private boolean ours;

  @Override
  public void accept(OnRealBrokers annotation) {
    ours = annotation.ours();
  }

  @Override
  public Stream<Arguments> provideArguments(
      ParameterDeclarations parameters, ExtensionContext context) {
    String test = context.getRequiredTestClass().getSimpleName();
    if (System.getenv("ARTEL_AMQP_URI") == null) {
      return Stream.of(VERSIONS.split(","))
          .map(String::strip)
          .flatMap(version -> broker(version, test, context));
    }
    return ours
        ? notCovered(
            test,
            new BrokerUnavailableException(
                "Its tests stop and change the broker: unset ARTEL_AMQP_URI to run them.",
                true,
                null))
        : RabbitMq.findAny().stream().map(Arguments::of);
  }

  private Stream<Arguments> broker(String version, String test, ExtensionContext context) {
    try {
      return Stream.of(Arguments.of(ours ? own(version, context) : RabbitMq.shared(version)));
    } catch (BrokerUnavailableException e) {
      return notCovered(test, e);
    }
  }

  /** A broker for one class alone, which JUnit closes with it. */
  private static RabbitMq own(String version, ExtensionContext context) {
    RabbitMq broker = RabbitMq.find(version).orElseThrow(() -> missing(version));
    context.getStore(ExtensionContext.Namespace.create(RealBrokers.class)).put(version, broker);
    return broker;
  }

  private static BrokerUnavailableException missing(String version) {
    return new BrokerUnavailableException(
        "RabbitMQ " + version + " is not on this machine.", true, null);
  }

  private static Stream<Arguments> notCovered(String test, BrokerUnavailableException reason) {
    if (REQUIRED || !reason.missing()) {
      throw reason;
    }
    System.out.println("NOT COVERED " + test + ": " + reason.getMessage());
    return Stream.empty();
  }
}

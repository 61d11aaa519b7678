package io.artel.events.testkit.internal.broker;

import com.rabbitmq.client.AuthenticationFailureException;
import io.artel.events.testkit.Broker;
import io.artel.events.testkit.BrokerQueue;
import io.artel.events.testkit.BrokerUnavailableException;
import io.artel.events.testkit.RabbitMq;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A broker that runs somewhere and that the environment names; it is used and never changed. */
final class NamedBroker implements RabbitMq {
  private static final int AMQP = 5672;
  private static final int AMQPS = 5671;
  private static final String AMQP_FORM = "amqp://user:password@host:port/vhost";
  private static final String MANAGEMENT_FORM = "http://user:password@host:port";

  private final URI amqpUri;
  private final @Nullable URI managementUri;
  private final String version;

  private NamedBroker(URI amqpUri, @Nullable URI managementUri, String version) {
    this.amqpUri = amqpUri;
    this.managementUri = managementUri;
    this.version = version;
  }

  static RabbitMq connect(String amqpUri, @Nullable String managementUri) {
    URI amqp = parsed("ARTEL_AMQP_URI", amqpUri, AMQP_FORM);
    URI management =
        managementUri == null
            ? null
            : parsed("ARTEL_MANAGEMENT_URI", managementUri, MANAGEMENT_FORM);
    try {
      return new NamedBroker(amqp, management, AmqpProbe.version(amqpUri));
    } catch (IllegalArgumentException e) {
      throw malformed("ARTEL_AMQP_URI", AMQP_FORM);
    } catch (AuthenticationFailureException e) {
      throw new BrokerUnavailableException(
          "The broker that ARTEL_AMQP_URI names, "
              + address(amqp)
              + ", refuses its user and password: correct or unset the variable.",
          false,
          e);
    } catch (IOException | TimeoutException e) {
      throw new BrokerUnavailableException(
          "The broker that ARTEL_AMQP_URI names, "
              + address(amqp)
              + ", does not let us in: "
              + e
              + "; start it, or correct or unset the variable.",
          false,
          e);
    }
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public int port() {
    return port(amqpUri);
  }

  @Override
  public String amqpUri() {
    return amqpUri.toString();
  }

  @Override
  public String managementUri() {
    return management().toString();
  }

  @Override
  public BrokerQueue queue(String name) {
    return new RealQueue(amqpUri(), this::api, name);
  }

  @Override
  public Broker onVhost(String name) {
    return new VirtualHost(this, createVhost(name), this::api);
  }

  @Override
  public void deleteVhost(String name) {
    api().deleteVhost(name);
  }

  private ManagementApi api() {
    URI management = management();
    return new ManagementApi(management, Login.of(management, Login.of(amqpUri, Login.GUEST)));
  }

  @Override
  public String createVhost(String name) {
    Login login = Login.of(amqpUri, Login.GUEST);
    api().createVhost(name, login.user());
    String query = amqpUri.getRawQuery() == null ? "" : "?" + amqpUri.getRawQuery();
    return amqpUri.getScheme()
        + "://"
        + amqpUri.getRawAuthority()
        + "/"
        + Login.encoded(name)
        + query;
  }

  @Override
  public void start() {
    throw notOurs("started");
  }

  @Override
  public void stop() {
    throw notOurs("stopped");
  }

  @Override
  public void kill() {
    throw notOurs("killed");
  }

  @Override
  public void pause() {
    throw notOurs("paused");
  }

  @Override
  public void resume() {
    throw notOurs("resumed");
  }

  @Override
  public String ctl(String... arguments) {
    throw notOurs("told anything by rabbitmqctl");
  }

  @Override
  public void enablePlugin(String name) {
    throw notOurs("given plugins");
  }

  @Override
  public void disablePlugin(String name) {
    throw notOurs("deprived of plugins");
  }

  @Override
  public void close() {
    // It was there before, and goes on.
  }

  @Override
  public String toString() {
    return "RabbitMQ " + version + " at " + address(amqpUri);
  }

  private URI management() {
    if (managementUri == null) {
      throw new UnsupportedOperationException(
          this + " was named by ARTEL_AMQP_URI alone; set ARTEL_MANAGEMENT_URI as well.");
    }
    return managementUri;
  }

  private UnsupportedOperationException notOurs(String what) {
    return new UnsupportedOperationException(
        this + " was named by ARTEL_AMQP_URI and is not ours to be " + what + ".");
  }

  private static URI parsed(String variable, String uri, String form) {
    try {
      URI parsed = new URI(uri);
      if (parsed.getHost() != null) {
        return parsed;
      }
    } catch (URISyntaxException e) {
      // Its text has the URI, and so perhaps a password.
    }
    throw malformed(variable, form);
  }

  private static BrokerUnavailableException malformed(String variable, String form) {
    return new BrokerUnavailableException(
        variable + " is not of the form " + form + "; correct or unset it.", false, null);
  }

  private static int port(URI uri) {
    if (uri.getPort() > 0) {
      return uri.getPort();
    }
    return "amqps".equals(uri.getScheme()) ? AMQPS : AMQP;
  }

  private static String address(URI uri) {
    return uri.getHost() + ":" + port(uri);
  }
}

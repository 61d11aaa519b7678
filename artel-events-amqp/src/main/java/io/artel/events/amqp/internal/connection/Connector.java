package io.artel.events.amqp.internal.connection;

import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MalformedFrameException;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import io.artel.events.ConnectionException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Opens connections to an endpoint, and says in a sentence why one could not be opened. */
public final class Connector {

  private final Endpoint endpoint;

  /** A connector to this endpoint. */
  public Connector(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /**
   * Opens one connection, trying every address in order.
   *
   * @param name what the connection is called on the broker
   * @param executor what runs consumer callbacks, or null for threads of the client's own
   * @throws ConnectionException if none answers
   */
  public Connection open(String name, @Nullable ExecutorService executor) {
    return link(name, executor, 0).connection();
  }

  /**
   * Like {@link #open}, with the socket.
   *
   * @param first the number of the address that is tried first; those after it follow, and then
   *     those before it
   */
  Link link(String name, @Nullable ExecutorService executor, int first) {
    ConnectionFactory factory = endpoint.factory();
    AtomicReference<Socket> last = new AtomicReference<>();
    factory.setSocketConfigurator(factory.getSocketConfigurator().andThen(last::set));
    int count = endpoint.addresses().size();
    for (int i = 0; ; i++) {
      int number = (first + i) % count;
      Address address = endpoint.addresses().get(number);
      try {
        Connection connection =
            factory.newConnection(
                executor,
                List.of(new com.rabbitmq.client.Address(address.host(), address.port())),
                name);
        return new Link(connection, last.get(), endpoint.member(), number);
      } catch (IOException | TimeoutException e) {
        if (i == count - 1) {
          throw explain(e);
        }
      } catch (RuntimeException e) {
        throw explain(e);
      }
    }
  }

  /** Where it connects to; without the password. */
  public Endpoint endpoint() {
    return endpoint;
  }

  private ConnectionException explain(Exception failure) {
    String where = "cannot connect to " + endpoint + ": ";
    Throwable root = rootCause(failure);
    String shutdown = shutdownText(failure);
    if (failure instanceof AuthenticationFailureException || shutdown.contains("ACCESS_REFUSED")) {
      return refused(
          where
              + "the broker refused user '"
              + endpoint.username()
              + "': check user and password, and that the user may use the virtual host"
              + " (rabbitmqctl list_user_permissions "
              + endpoint.username()
              + ")"
              + (endpoint.username().equals("guest")
                  ? "; 'guest' may connect from the broker's own host only"
                  : ""),
          failure);
    }
    if (shutdown.contains("NOT_ALLOWED") && shutdown.contains("limit")) {
      return away(
          where + "the broker allows no more connections of this user or to this virtual host",
          failure);
    }
    if (shutdown.contains("not found") || shutdown.contains("NOT_ALLOWED")) {
      boolean missing = shutdown.contains("not found");
      return refused(
          where
              + (missing
                  ? "there is no virtual host '"
                      + endpoint.virtualHost()
                      + "': make it with rabbitmqctl add_vhost '"
                      + endpoint.virtualHost()
                      + "'"
                  : "user '"
                      + endpoint.username()
                      + "' may not use virtual host '"
                      + endpoint.virtualHost()
                      + "': allow it with rabbitmqctl set_permissions -p '"
                      + endpoint.virtualHost()
                      + "' '"
                      + endpoint.username()
                      + "' '.*' '.*' '.*'"),
          failure);
    }
    if (root instanceof UnknownHostException) {
      return away(where + "the host name is not known", failure);
    }
    if (failure instanceof SSLException || root instanceof SSLException || isCertificate(root)) {
      return refused(
          where
              + "TLS failed ("
              + root.getClass().getSimpleName()
              + "): the certificate must be trusted, in date, and made for this host; and the port"
              + " must be the broker's TLS port",
          failure);
    }
    if (root instanceof ConnectException) {
      return away(
          where + "nothing accepts connections there: is the broker running, is the port right?",
          failure);
    }
    if (root instanceof SocketTimeoutException || root instanceof TimeoutException) {
      return away(
          where
              + "no answer within "
              + endpoint.connectTimeout()
              + ": is it a broker's AMQP port, is a firewall in between?",
          failure);
    }
    if (failure instanceof PossibleAuthenticationFailureException) {
      // Brokers say so when they refuse a login; this one went away instead.
      return away(
          where
              + "the connection was closed during the login: the broker may be about to stop or"
              + " start, or something in between closes connections",
          failure);
    }
    if (root instanceof MalformedFrameException) {
      return refused(
          where
              + "what answers there does not speak AMQP 0-9-1: is it the broker's AMQP port, and is "
              + (endpoint.tls() == null ? "TLS not" : "TLS")
              + " spoken there?",
          failure);
    }
    return away(
        where
            + "the connection was closed while it was being opened ("
            + root.getClass().getSimpleName()
            + "): is it a broker's AMQP port, and is "
            + (endpoint.tls() == null ? "TLS not" : "TLS")
            + " spoken there?",
        failure);
  }

  private static boolean isCertificate(Throwable failure) {
    return failure
        .getClass()
        .getName()
        .toLowerCase(Locale.ROOT)
        .matches(".*(certificate|certpath).*");
  }

  private static String shutdownText(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ShutdownSignalException signal && signal.getMessage() != null) {
        return signal.getMessage();
      }
    }
    return "";
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }

  private static ConnectionException refused(String message, Exception cause) {
    return new ConnectionException(message, false, cause);
  }

  private static ConnectionException away(String message, Exception cause) {
    return new ConnectionException(message, true, cause);
  }
}

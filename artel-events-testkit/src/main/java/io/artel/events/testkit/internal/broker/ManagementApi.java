package io.artel.events.testkit.internal.broker;

import io.artel.events.testkit.BrokerUnavailableException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The few calls of a broker's management API that the fixture needs. */
final class ManagementApi {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String ALL_RIGHTS =
      "{\"configure\":\".*\",\"write\":\".*\",\"read\":\".*\"}";

  private final URI base;
  private final Login login;

  ManagementApi(URI base, Login login) {
    this.base = base;
    this.login = login;
  }

  boolean answers() {
    try {
      return call("GET", "/api/whoami", "") == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false;
    }
  }

  /** Creates a virtual host with all rights for the user. */
  void createVhost(String name, String user) {
    String vhost = Login.encoded(name);
    put("/api/vhosts/" + vhost, "{}");
    put("/api/permissions/" + vhost + "/" + Login.encoded(user), ALL_RIGHTS);
  }

  private void put(String path, String body) {
    try {
      int status = call("PUT", path, body);
      if (status >= HttpURLConnection.HTTP_MULT_CHOICE) {
        throw failed(path, "answered PUT with status " + status, null);
      }
    } catch (IOException e) {
      throw failed(path, "did not answer PUT", e);
    }
  }

  private BrokerUnavailableException failed(String path, String what, @Nullable IOException cause) {
    return new BrokerUnavailableException(
        "The management API at "
            + base.getHost()
            + ":"
            + base.getPort()
            + path
            + " "
            + what
            + "; the broker must run, and its user "
            + login
            + " be an administrator.",
        false,
        cause);
  }

  private int call(String method, String path, String body) throws IOException {
    String port = base.getPort() < 0 ? "" : ":" + base.getPort();
    URI uri = URI.create(base.getScheme() + "://" + base.getHost() + port + path);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    try {
      connection.setRequestMethod(method);
      connection.setConnectTimeout((int) TIMEOUT.toMillis());
      connection.setReadTimeout((int) TIMEOUT.toMillis());
      connection.setRequestProperty("Authorization", login.authorization());
      if (!body.isEmpty()) {
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setDoOutput(true);
        try (OutputStream output = connection.getOutputStream()) {
          output.write(body.getBytes(StandardCharsets.UTF_8));
        }
      }
      return connection.getResponseCode();
    } finally {
      connection.disconnect();
    }
  }
}

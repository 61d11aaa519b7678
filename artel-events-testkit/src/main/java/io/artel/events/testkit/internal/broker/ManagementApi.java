package io.artel.events.testkit.internal.broker;

import io.artel.events.testkit.BrokerUnavailableException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The few calls of a broker's management API that the fixture needs. */
final class ManagementApi {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** A cluster of a busy machine may take long to create a virtual host on each of its nodes. */
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

  private static final Pattern RUNNING = Pattern.compile("\"running\":true");
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

  /** Deletes a virtual host, if it is there. */
  void deleteVhost(String name) {
    change("DELETE", "/api/vhosts/" + Login.encoded(name), "", HttpURLConnection.HTTP_NOT_FOUND);
  }

  /** How many messages of a queue are unacknowledged by its last statistics; 0 without any. */
  int unacked(String vhost, String queue) {
    String path = "/api/queues/" + Login.encoded(vhost) + "/" + Login.encoded(queue);
    try {
      return Integer.parseInt(field(read(path), "messages_unacknowledged").orElse("0"));
    } catch (IOException e) {
      throw failed(path, "did not answer GET", e);
    }
  }

  /** How many nodes of its cluster a broker takes for running; 0 if it cannot tell. */
  int runningNodes() {
    try {
      return (int) RUNNING.matcher(read("/api/nodes?columns=name,running")).results().count();
    } catch (IOException | BrokerUnavailableException e) {
      return 0; // while nodes come and go, it answers with an error
    }
  }

  /** The number by this key of the outermost JSON object; the answer nests others behind it. */
  private static Optional<String> field(String json, String key) {
    Matcher matcher = Pattern.compile("\"" + key + "\":(\\d+)").matcher(json);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private void put(String path, String body) {
    change("PUT", path, body, HttpURLConnection.HTTP_OK);
  }

  private void change(String method, String path, String body, int alsoGood) {
    try {
      int status = call(method, path, body);
      if (status >= HttpURLConnection.HTTP_MULT_CHOICE && status != alsoGood) {
        throw failed(path, "answered " + method + " with status " + status, null);
      }
    } catch (IOException e) {
      throw failed(path, "did not answer " + method, e);
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

  private String read(String path) throws IOException {
    HttpURLConnection connection = open("GET", path);
    try {
      int status = connection.getResponseCode();
      if (status == HttpURLConnection.HTTP_NOT_FOUND) {
        return "";
      }
      if (status != HttpURLConnection.HTTP_OK) {
        throw failed(path, "answered GET with status " + status, null);
      }
      return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } finally {
      connection.disconnect();
    }
  }

  private HttpURLConnection open(String method, String path) throws IOException {
    String port = base.getPort() < 0 ? "" : ":" + base.getPort();
    URI uri = URI.create(base.getScheme() + "://" + base.getHost() + port + path);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestMethod(method);
    connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
    connection.setReadTimeout((int) READ_TIMEOUT.toMillis());
    connection.setRequestProperty("Authorization", login.authorization());
    return connection;
  }

  private int call(String method, String path, String body) throws IOException {
    HttpURLConnection connection = open(method, path);
    try {
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

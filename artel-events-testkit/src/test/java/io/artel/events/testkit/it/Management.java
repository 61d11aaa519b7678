package io.artel.events.testkit.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artel.events.testkit.RabbitMq;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** One virtual host of a broker, changed and read through its management API. */
final class Management {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final URI uri;
  private final String virtualHost;

  Management(RabbitMq broker, String virtualHost) {
    this.uri = URI.create(broker.managementUri());
    this.virtualHost = encoded(virtualHost);
  }

  /** A user who may do this in the virtual host, by patterns. */
  void user(String name, String password, String configure, String write, String read)
      throws IOException {
    send(
        "PUT",
        "/api/users/" + encoded(name),
        MAPPER.createObjectNode().put("password", password).put("tags", ""));
    send(
        "PUT",
        "/api/permissions/" + virtualHost + "/" + encoded(name),
        MAPPER
            .createObjectNode()
            .put("configure", configure)
            .put("write", write)
            .put("read", read));
  }

  void removeUser(String name) throws IOException {
    send("DELETE", "/api/users/" + encoded(name), null);
  }

  /** A policy for the queues that match. */
  void policy(String name, String pattern, String definition) throws IOException {
    send(
        "PUT",
        "/api/policies/" + virtualHost + "/" + encoded(name),
        MAPPER
            .createObjectNode()
            .put("pattern", pattern)
            .put("apply-to", "queues")
            .set("definition", MAPPER.readTree(definition)));
  }

  /** So many queues at most, or any number for -1. */
  void queueLimit(int queues) throws IOException {
    send(
        "PUT",
        "/api/vhost-limits/" + virtualHost + "/max-queues",
        MAPPER.createObjectNode().put("value", queues));
  }

  void importDefinitions(String json) throws IOException {
    send("POST", "/api/definitions", MAPPER.readTree(json));
  }

  /** All of one kind: queues, exchanges, bindings. */
  JsonNode list(String kind) throws IOException {
    return send("GET", "/api/" + kind + "/" + virtualHost, null);
  }

  private JsonNode send(String method, String path, @Nullable JsonNode body) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://" + uri.getHost() + ":" + uri.getPort() + path)
                .toURL()
                .openConnection();
    try {
      connection.setRequestMethod(method);
      connection.setRequestProperty("Content-Type", "application/json");
      connection.setRequestProperty(
          "Authorization",
          "Basic "
              + Base64.getEncoder()
                  .encodeToString(uri.getUserInfo().getBytes(StandardCharsets.UTF_8)));
      if (body != null) {
        connection.setDoOutput(true);
        connection.getOutputStream().write(MAPPER.writeValueAsBytes(body));
      }
      if (connection.getResponseCode() >= 300) {
        throw new IOException(method + " " + path + ": status " + connection.getResponseCode());
      }
      byte[] answer = connection.getInputStream().readAllBytes();
      return answer.length == 0 ? MAPPER.nullNode() : MAPPER.readTree(answer);
    } finally {
      connection.disconnect();
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

package io.artel.events.amqp.internal.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.artel.events.ConnectionException;
import io.artel.events.amqp.internal.connection.ManagementUri;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManagementClientTest {

  private static final String PASSWORD = "very-secret";

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private HttpServer server;
  private ManagementClient client;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(executor);
    server.start();
    client = client(server.getAddress().getPort(), "a b/c");
  }

  @AfterEach
  void stop() {
    server.stop(0);
    executor.shutdownNow();
  }

  @Test
  void virtualHostShouldBeOneSegmentOfThePath() {
    answer(200, "[]");

    assertThat(client.queues()).isEmpty();
    assertThat(requests)
        .singleElement()
        .asString()
        .startsWith("GET /api/queues/a%20b%2Fc?columns=name,");
  }

  @Test
  void refusedUserShouldBeNamedAndNotThePassword() {
    answer(401, "{\"error\":\"not_authorized\"}");

    assertFails(false, "refused user 'planner'", "rabbitmqctl set_user_tags 'planner' monitoring");
  }

  @Test
  void redirectShouldNotBeFollowed() {
    server.createContext(
        "/",
        exchange -> {
          requests.add(exchange.getRequestURI().toString());
          exchange.getResponseHeaders().add("Location", "/elsewhere");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });

    assertFails(false, "redirect (302)");
    assertThat(requests).hasSize(1);
  }

  @Test
  void answerThatIsTooLargeShouldBeRefused() {
    answer(200, "[" + " ".repeat(2000) + "]");

    assertFails(true, "more than 1000 bytes");
  }

  @Test
  void answerThatIsNoListShouldBeRefused() {
    answer(200, "{\"password\":\"" + PASSWORD + "\"}");
    assertFails(false, "list of queues");
  }

  @Test
  void answerThatIsNoJsonShouldNotBeRepeated() {
    answer(200, "<html>" + PASSWORD);
    assertFails(false, "did not answer with JSON");
  }

  @Test
  void unknownVirtualHostShouldBeNamed() {
    answer(404, "");
    assertFails(false, "does not know virtual host 'a b/c'");
  }

  @Test
  void brokenServerShouldBeWorthAnotherTry() {
    answer(503, "");
    assertFails(true, "status 503");
  }

  @Test
  void slowAnswerShouldNotBeWaitedFor() {
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 10);
          exchange.getResponseBody().write('[');
          exchange.getResponseBody().flush();
          awaitInterrupt();
        });

    assertFails(true, "did not answer within 1000 ms");
  }

  @Test
  void nobodyThereShouldBeSaid() {
    int port = server.getAddress().getPort();
    server.stop(0);
    client = client(port, "/");

    assertFails(true, "cannot be reached (ConnectException)", "rabbitmq_management");
  }

  private void assertFails(boolean retryable, String... parts) {
    assertThatExceptionOfType(ConnectionException.class)
        .isThrownBy(client::queues)
        .satisfies(
            e -> {
              assertThat(e.getMessage())
                  .startsWith("the management API at http://127.0.0.1:")
                  .contains(parts);
              assertThat(e.retryable()).isEqualTo(retryable);
              StringWriter trace = new StringWriter();
              e.printStackTrace(new PrintWriter(trace));
              assertThat(trace.toString()).doesNotContain(PASSWORD);
            });
    assertThat(client.toString()).doesNotContain(PASSWORD);
  }

  private static ManagementClient client(int port, String virtualHost) {
    return new ManagementClient(
        ManagementUri.parse("http://planner:" + PASSWORD + "@127.0.0.1:" + port),
        virtualHost,
        null,
        Duration.ofSeconds(1),
        1000);
  }

  private void answer(int status, String body) {
    server.createContext("/", exchange -> respond(exchange, status, body));
  }

  private void respond(HttpExchange exchange, int status, String body) throws IOException {
    requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  private static void awaitInterrupt() {
    try {
      new CountDownLatch(1).await(); // until the server is stopped
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.artel.events.amqp.internal.topology;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.artel.events.ConnectionException;
import io.artel.events.amqp.internal.connection.ManagementUri;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Reads one virtual host from RabbitMQ's management API. Talks to the address from the settings
 * only: follows no redirect, and no address that an answer names. What it throws and what it prints
 * never contains the password. Safe for use by several threads.
 */
public final class ManagementClient {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int MAX_BYTES = 64 * 1024 * 1024;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final ManagementUri uri;
  private final String virtualHost;
  private final Duration timeout;
  private final int maxBytes;
  private final HttpClient client;
  private final String authorization;

  /**
   * A client; it connects when asked something.
   *
   * @param tls the context for https, or null for the platform's
   */
  public ManagementClient(ManagementUri uri, String virtualHost, @Nullable SSLContext tls) {
    this(uri, virtualHost, tls, TIMEOUT, MAX_BYTES);
  }

  ManagementClient(
      ManagementUri uri,
      String virtualHost,
      @Nullable SSLContext tls,
      Duration timeout,
      int maxBytes) {
    this.uri = uri;
    this.virtualHost = virtualHost;
    this.timeout = timeout;
    this.maxBytes = maxBytes;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT);
    if (tls != null) {
      builder.sslContext(tls);
    }
    this.client = builder.build();
    this.authorization =
        "Basic "
            + Base64.getEncoder()
                .encodeToString(
                    (uri.username() + ":" + uri.password()).getBytes(StandardCharsets.UTF_8));
  }

  /** All queues: what they are, how full they are, and which policies apply. */
  JsonNode queues() {
    return list(
        "queues",
        "name,type,durable,auto_delete,exclusive,arguments,messages_ready,"
            + "messages_unacknowledged,messages_dlx,policy,operator_policy,"
            + "effective_policy_definition");
  }

  /** All exchanges. */
  JsonNode exchanges() {
    return list("exchanges", "name,type,durable,auto_delete,internal,arguments");
  }

  /** All bindings, those of the default exchange included. */
  JsonNode bindings() {
    return list("bindings", "source,destination,destination_type,routing_key,arguments");
  }

  private JsonNode list(String what, String columns) {
    JsonNode list =
        get(
            "/api/"
                + what
                + "/"
                + URLEncoder.encode(virtualHost, StandardCharsets.UTF_8).replace("+", "%20")
                + "?columns="
                + columns);
    if (!list.isArray()) {
      throw failure("did not answer with a list of " + what + ": is it RabbitMQ's?", false, null);
    }
    return list;
  }

  private JsonNode get(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(uri.base() + path))
            .timeout(timeout)
            .header("Accept", "application/json")
            .header("Authorization", authorization)
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, response -> new CappedBody(maxBytes));
    try {
      HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      requireSuccess(response.statusCode());
      return MAPPER.readTree(response.body());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw failure("did not answer within " + timeout.toMillis() + " ms", true, e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw failure("was not waited for: the thread was interrupted", true, e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw failure(
          cause instanceof CappedBody.TooLargeException
              ? "answered with more than " + maxBytes + " bytes"
              : "cannot be reached ("
                  + cause.getClass().getSimpleName()
                  + "): is the plugin rabbitmq_management enabled, are host and port right?",
          true,
          cause);
    } catch (JacksonException e) {
      // Without the cause: its text may quote what the other side sent.
      throw failure("did not answer with JSON: is it RabbitMQ's?", false, null);
    } catch (IOException e) {
      throw failure("did not answer", true, e);
    }
  }

  private void requireSuccess(int status) {
    if (status == 200) {
      return;
    }
    if (status == 401 || status == 403) {
      throw failure(
          "refused user '"
              + uri.username()
              + "': check user and password; the user needs access to virtual host '"
              + virtualHost
              + "' and a tag, which rabbitmqctl set_user_tags '"
              + uri.username()
              + "' monitoring sets",
          false,
          null);
    }
    if (status == 404) {
      throw failure(
          "does not know virtual host '" + virtualHost + "': is it this broker's?", false, null);
    }
    if (status >= 300 && status < 400) {
      throw failure(
          "answered with a redirect (" + status + "), which is not followed", false, null);
    }
    throw failure("answered with status " + status, status >= 500, null);
  }

  private ConnectionException failure(String what, boolean retryable, @Nullable Throwable cause) {
    return new ConnectionException("the management API at " + uri + " " + what, retryable, cause);
  }

  /** The address; never the password. */
  @Override
  public String toString() {
    return uri.toString();
  }
}

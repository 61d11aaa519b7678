package io.artel.events.amqp;

import io.artel.events.Batching;
import io.artel.events.ConnectionListener;
import io.artel.events.EventCatalog;
import io.artel.events.EventCodec;
import io.artel.events.FlowObserver;
import io.artel.events.PublishFailure;
import io.artel.events.Topology;
import io.artel.events.amqp.internal.connection.Address;
import io.artel.events.amqp.internal.connection.AmqpUri;
import io.artel.events.amqp.internal.connection.Endpoint;
import io.artel.events.amqp.internal.connection.ManagementUri;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a connection that is not code: where the broker is, who we are, what is
 * declared, how long things may take. Immutable; {@link Builder#build()} checks all of it at once.
 * Its text form and its errors never contain the password.
 */
public final class ArtelSettings {

  private final List<Endpoint> endpoints;
  private final @Nullable BrokerGroup group;
  private final @Nullable ManagementUri management;
  private final String name;
  private final Topology topology;
  private final EventCatalog catalog;
  private final EventCodec codec;
  private final boolean declare;
  private final MeterRegistry meterRegistry;
  private final FlowObserver observer;
  private final @Nullable Duration lowPriorityTtl;
  private final int maxInFlight;
  private final @Nullable Batching batching;
  private final Duration enqueueTimeout;
  private final Duration publishTimeout;
  private final Duration confirmTimeout;
  private final Duration closeTimeout;
  private final Duration firstReconnect;
  private final Duration longestReconnect;
  private final int publisherConnections;
  private final boolean strictOrder;
  private final int sequenceKeys;
  private final int publishRetries;
  private final Duration firstPublishRetry;
  private final PublishFailure publishFailure;
  private final ConnectionListener connectionListener;

  private ArtelSettings(Builder builder) {
    this.name = builder.name;
    this.endpoints = builder.where.endpoints();
    this.group = builder.where.group;
    this.management = builder.management;
    this.topology = builder.topology;
    this.catalog = builder.catalog;
    this.codec = builder.codec;
    this.declare = builder.declare;
    this.meterRegistry = builder.meterRegistry;
    this.observer = builder.observer;
    this.lowPriorityTtl = builder.lowPriorityTtl;
    this.maxInFlight = builder.maxInFlight;
    this.batching = builder.batching;
    this.enqueueTimeout = builder.enqueueTimeout;
    this.publishTimeout = builder.publishTimeout;
    this.confirmTimeout = builder.confirmTimeout;
    this.closeTimeout = builder.closeTimeout;
    this.firstReconnect = builder.firstReconnect;
    this.longestReconnect = builder.longestReconnect;
    this.publisherConnections = builder.publisherConnections;
    this.strictOrder = builder.strictOrder;
    this.sequenceKeys = builder.sequenceKeys;
    this.publishRetries = builder.publishRetries;
    this.firstPublishRetry = builder.firstPublishRetry;
    this.publishFailure = builder.publishFailure;
    this.connectionListener = builder.connectionListener;
  }

  /** Settings in the making. */
  public static Builder builder() {
    return new Builder();
  }

  /** Who we are: in connection names, logs, and as source service of events that name none. */
  public String name() {
    return name;
  }

  /** Where events go. */
  public Topology topology() {
    return topology;
  }

  /** The event types known. */
  public EventCatalog catalog() {
    return catalog;
  }

  /** How events become bytes. */
  public EventCodec codec() {
    return codec;
  }

  /** Whether connecting declares what is missing on the broker. */
  public boolean declares() {
    return declare;
  }

  /** Where meters are registered. */
  public MeterRegistry meterRegistry() {
    return meterRegistry;
  }

  /** Who sees every step of every event. */
  public FlowObserver observer() {
    return observer;
  }

  /** How long LOW events without a session live, or null for ever. */
  public @Nullable Duration lowPriorityTtl() {
    return lowPriorityTtl;
  }

  /** How many events may be on their way to the broker, unconfirmed. */
  public int maxInFlight() {
    return maxInFlight;
  }

  /** How events are packed into batches, or null if every event is a message of its own. */
  public @Nullable Batching batching() {
    return batching;
  }

  /** How long a publish waits for room among {@link #maxInFlight()}. */
  public Duration enqueueTimeout() {
    return enqueueTimeout;
  }

  /** How long a publish may take in all, reconnects included. */
  public Duration publishTimeout() {
    return publishTimeout;
  }

  /** How long the broker may take to confirm before its connection is given up. */
  public Duration confirmTimeout() {
    return confirmTimeout;
  }

  /** How long closing waits for running handlers and outstanding confirmations. */
  public Duration closeTimeout() {
    return closeTimeout;
  }

  /** The delay before the first attempt to restore a lost connection. */
  public Duration firstReconnect() {
    return firstReconnect;
  }

  /** The longest delay between two attempts to restore a lost connection. */
  public Duration longestReconnect() {
    return longestReconnect;
  }

  /** How many connections events are published on. */
  public int publisherConnections() {
    return publisherConnections;
  }

  /** Whether a key has one event in flight at most. */
  public boolean isStrictOrder() {
    return strictOrder;
  }

  /** Of how many sessions the events are numbered at a time; 0 if they are not numbered. */
  public int sequenceKeys() {
    return sequenceKeys;
  }

  /** How often an event is sent again that the broker refused or returned. */
  public int publishRetries() {
    return publishRetries;
  }

  /** How long after a refusal or return an event is sent again for the first time. */
  public Duration firstPublishRetry() {
    return firstPublishRetry;
  }

  /** What becomes of events that cannot be published. */
  public PublishFailure publishFailure() {
    return publishFailure;
  }

  /** Who hears how connections fare. */
  public ConnectionListener connectionListener() {
    return connectionListener;
  }

  /** The brokers to use together, or null if there is one. */
  public @Nullable BrokerGroup brokers() {
    return group;
  }

  /** Where the broker is, or the first of several; without credentials in its text form. */
  Endpoint endpoint() {
    return endpoints.get(0);
  }

  /** Where the broker is, or the members of the group in their order. */
  List<Endpoint> endpoints() {
    return endpoints;
  }

  @Nullable ManagementUri management() {
    return management;
  }

  @Override
  public String toString() {
    return name + " → " + (group == null ? endpoint() : group);
  }

  /** Collects settings. Not safe for use by several threads. */
  public static final class Builder {
    private final EndpointSettings where = new EndpointSettings();
    private @Nullable ManagementUri management;
    private String name = "artel-events";
    private Topology topology = Topology.on(Topology.DEFAULT_EXCHANGE);
    private EventCatalog catalog = EventCatalog.empty();
    private EventCodec codec = EventCodec.create();
    private boolean declare = true;
    private MeterRegistry meterRegistry = Metrics.globalRegistry;
    private FlowObserver observer = FlowObserver.NONE;
    private @Nullable Duration lowPriorityTtl = Duration.ofMinutes(5);
    private int maxInFlight = 1000;
    private @Nullable Batching batching;
    private Duration enqueueTimeout = Duration.ofSeconds(10);
    private Duration publishTimeout = Duration.ofSeconds(30);
    private Duration confirmTimeout = Duration.ofSeconds(10);
    private Duration closeTimeout = Duration.ofSeconds(30);
    private Duration firstReconnect = Duration.ofMillis(200);
    private Duration longestReconnect = Duration.ofSeconds(10);
    private int publisherConnections = 1;
    private boolean strictOrder;
    private int sequenceKeys;
    private int publishRetries = 3;
    private Duration firstPublishRetry = Duration.ofMillis(100);
    private PublishFailure publishFailure = PublishFailure.fail();
    private ConnectionListener connectionListener = status -> {};

    private Builder() {}

    /**
     * Where the broker is: {@code amqp://user:password@host:port/vhost}, or {@code amqps://} for
     * TLS. What it leaves out is guest, guest, localhost, 5672 (5671 with TLS) and {@code /}.
     * Methods for single parts win over it.
     *
     * @throws IllegalArgumentException if it is no such URI; the text does not repeat it
     */
    public Builder uri(String uri) {
      where.uri = AmqpUri.parse(uri);
      return this;
    }

    /**
     * Several brokers that are not a cluster, used as one. Not together with {@link #uri}, {@link
     * #address}, {@link #virtualHost} or {@link #managementUri}, which {@link #build} refuses;
     * credentials and TLS hold for all of them.
     */
    public Builder brokers(BrokerGroup group) {
      where.group = Objects.requireNonNull(group, "group");
      return this;
    }

    /** One more address to try, in order; the URI's own address is then left out. */
    public Builder address(String host, int port) {
      where.addresses.add(new Address(host, port));
      return this;
    }

    /** The user and the password; the password appears nowhere. */
    public Builder credentials(String username, String password) {
      where.username = Objects.requireNonNull(username, "username");
      where.password = Objects.requireNonNull(password, "password");
      return this;
    }

    /** The virtual host; {@code /} unless given. */
    public Builder virtualHost(String virtualHost) {
      where.virtualHost = Objects.requireNonNull(virtualHost, "virtualHost");
      return this;
    }

    /** TLS with the Java platform's trusted certificates, the host's name verified. */
    public Builder tls() {
      where.tls = true;
      return this;
    }

    /** TLS with this context's certificates, the host's name verified. */
    public Builder tls(SSLContext sslContext) {
      where.tls = true;
      where.sslContext = Objects.requireNonNull(sslContext, "sslContext");
      return this;
    }

    /**
     * TLS that accepts any trusted certificate, whoever it was made for. For development only:
     * whoever can answer for the address reads everything, password included.
     */
    public Builder withoutHostnameVerification() {
      where.verifyHostname = false;
      return this;
    }

    /**
     * How soon a dead peer is noticed, about twice this, in whole seconds; 10 s unless given, 0 for
     * never.
     */
    public Builder heartbeat(Duration heartbeat) {
      where.heartbeat = Objects.requireNonNull(heartbeat, "heartbeat");
      return this;
    }

    /** How long reaching an address, and then its greeting, may each take; 10 s unless given. */
    public Builder connectTimeout(Duration connectTimeout) {
      where.connectTimeout = Objects.requireNonNull(connectTimeout, "connectTimeout");
      return this;
    }

    /**
     * Where RabbitMQ's management API is, {@code http://user:password@host:15672}; {@link
     * ArtelEvents#plan} then sees bindings, extras and policies too, and connecting refuses to run
     * if an ordered set is bound otherwise than the topology says. Only read. If it does not answer
     * when connecting, a warning says that nothing was compared; without it nothing ever is.
     *
     * @throws IllegalArgumentException if it is no such URI; the text does not repeat it
     */
    public Builder managementUri(String managementUri) {
      this.management = ManagementUri.parse(managementUri);
      return this;
    }

    /** Who we are; {@code artel-events} unless given. */
    public Builder name(String name) {
      this.name = Objects.requireNonNull(name, "name");
      return this;
    }

    /** Where events go; only the exchange {@value Topology#DEFAULT_EXCHANGE} unless given. */
    public Builder topology(Topology topology) {
      this.topology = Objects.requireNonNull(topology, "topology");
      return this;
    }

    /**
     * The event types known; none unless given. At connect, each that requires an audience must
     * match a binding of the topology.
     */
    public Builder catalog(EventCatalog catalog) {
      this.catalog = Objects.requireNonNull(catalog, "catalog");
      return this;
    }

    /** How events become bytes; {@link EventCodec#create()} unless given. */
    public Builder codec(EventCodec codec) {
      this.codec = Objects.requireNonNull(codec, "codec");
      return this;
    }

    /** Connecting declares nothing: somebody else does, and the user may lack the permission. */
    public Builder withoutDeclaring() {
      this.declare = false;
      return this;
    }

    /** Where meters are registered; Micrometer's global registry unless given. */
    public Builder meterRegistry(MeterRegistry meterRegistry) {
      this.meterRegistry = Objects.requireNonNull(meterRegistry, "meterRegistry");
      return this;
    }

    /** Who sees every step of every event; nobody unless given. */
    public Builder observer(FlowObserver observer) {
      this.observer = Objects.requireNonNull(observer, "observer");
      return this;
    }

    /**
     * How long events of priority LOW without a session may wait in a queue before they are
     * dead-lettered; 5 minutes unless given, null for ever.
     */
    public Builder lowPriorityTtl(@Nullable Duration lowPriorityTtl) {
      this.lowPriorityTtl = lowPriorityTtl;
      return this;
    }

    /**
     * How many events may be on their way to the broker, unconfirmed; 1000 unless given. It bounds
     * memory: at most so many events are held. When they are, publishing waits.
     */
    public Builder maxInFlight(int maxInFlight) {
      this.maxInFlight = maxInFlight;
      return this;
    }

    /** Packs events into batches, several to a message; none unless given. */
    public Builder batching(Batching batching) {
      this.batching = Objects.requireNonNull(batching, "batching");
      return this;
    }

    /** How long a publish waits for room among those in flight; 10 s unless given. */
    public Builder enqueueTimeout(Duration enqueueTimeout) {
      this.enqueueTimeout = Objects.requireNonNull(enqueueTimeout, "enqueueTimeout");
      return this;
    }

    /** How long a publish may take in all, reconnects included; 30 s unless given. */
    public Builder publishTimeout(Duration publishTimeout) {
      this.publishTimeout = Objects.requireNonNull(publishTimeout, "publishTimeout");
      return this;
    }

    /**
     * How long the broker may take to confirm; 10 s unless given. After that the connection is
     * given up, and what it did not confirm is sent again on the next one.
     */
    public Builder confirmTimeout(Duration confirmTimeout) {
      this.confirmTimeout = Objects.requireNonNull(confirmTimeout, "confirmTimeout");
      return this;
    }

    /** How long closing waits for handlers and confirmations; 30 s unless given. */
    public Builder closeTimeout(Duration closeTimeout) {
      this.closeTimeout = Objects.requireNonNull(closeTimeout, "closeTimeout");
      return this;
    }

    /**
     * How long to wait before a lost connection is restored: {@code first}, then twice as long
     * after each failure, at most {@code longest}; 200 ms and 10 s unless given. A connection that
     * is lost sooner than it was waited for is a failure as well. The actual wait is a random time
     * between half of it and all of it, so that not all services come at once.
     */
    public Builder reconnectBackoff(Duration first, Duration longest) {
      this.firstReconnect = Objects.requireNonNull(first, "first");
      this.longestReconnect = Objects.requireNonNull(longest, "longest");
      return this;
    }

    /**
     * On how many connections events are published: 1 unless given. More are worth it for several
     * threads on several cores. A key always goes by the same connection, and keeps its order.
     */
    public Builder publisherConnections(int publisherConnections) {
      this.publisherConnections = publisherConnections;
      return this;
    }

    /**
     * Sends an event only when the one before it in its key ({@link io.artel.events.Event#key()})
     * has its outcome. Otherwise an event that the broker refuses and takes at a later attempt may
     * come after others of its key that were on their way already. Each key is as slow then as one
     * confirmation after the other.
     */
    public Builder strictOrder() {
      this.strictOrder = true;
      return this;
    }

    /**
     * Numbers the events of each session, so that {@link SubscriptionBuilder#checkSequence} sees
     * what is missing, doubled or out of order. Events without a session have no numbers.
     *
     * @param keys how many sessions are remembered at a time, those used last, at some 500 bytes
     *     each; one that was forgotten is counted anew, which looks like no gap. 0, for no numbers,
     *     unless given
     */
    public Builder sequenceNumbers(int keys) {
      this.sequenceKeys = keys;
      return this;
    }

    /**
     * How often an event is sent again that the broker refused or returned, and how long after its
     * first failure; then twice as long each time, up to 5 s. Later events of its key wait for it,
     * others do not. 3 times from 100 ms unless given; 0 for never.
     */
    public Builder publishRetries(int publishRetries, Duration first) {
      this.publishRetries = publishRetries;
      this.firstPublishRetry = Objects.requireNonNull(first, "first");
      return this;
    }

    /**
     * What becomes of events that cannot be published, beside the exception that their caller gets;
     * {@link PublishFailure#fail()}, which is nothing, unless given.
     */
    public Builder onPublishFailure(PublishFailure publishFailure) {
      this.publishFailure = Objects.requireNonNull(publishFailure, "publishFailure");
      return this;
    }

    /** Who hears when connections are lost, restored, blocked. */
    public Builder connectionListener(ConnectionListener connectionListener) {
      this.connectionListener = Objects.requireNonNull(connectionListener, "connectionListener");
      return this;
    }

    /**
     * The settings.
     *
     * @throws IllegalArgumentException if one is out of its range, or two contradict each other;
     *     the text names them and their values
     */
    public ArtelSettings build() {
      ArtelSettings settings = new ArtelSettings(this);
      SettingsCheck.requireValid(settings);
      return settings;
    }
  }
}

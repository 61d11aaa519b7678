package io.artel.events;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Binds an event type's name to the class of its payload, once, as a constant that publisher and
 * handler share.
 *
 * <pre>{@code
 * static final EventType<BallPotted> BALL_POTTED =
 *     EventType.of("game.ball_potted", BallPotted.class).priority(HIGH);
 * }</pre>
 *
 * <p>Immutable and safe for use by several threads. Two types are equal when everything about them
 * is.
 *
 * @param <T> the payload class, usually a record; its components are snake_case on the wire
 */
public final class EventType<T> {

  /** The longest name, in characters: RabbitMQ's routing keys hold 255 bytes. */
  public static final int MAX_NAME_LENGTH = 255;

  private static final String COMPENSATION = "compensation.";

  private final String name;
  private final Class<T> payload;
  private final EventPriority priority;
  private final boolean requiresAudience;
  private final boolean foreignConsumers;
  private final @Nullable String sourceService;
  private final int maxRetries;

  private EventType(
      String name,
      Class<T> payload,
      EventPriority priority,
      boolean requiresAudience,
      boolean foreignConsumers,
      @Nullable String sourceService,
      int maxRetries) {
    this.name = name;
    this.payload = payload;
    this.priority = priority;
    this.requiresAudience = requiresAudience;
    this.foreignConsumers = foreignConsumers;
    this.sourceService = sourceService;
    this.maxRetries = maxRetries;
  }

  /**
   * A type of normal priority, with a required audience and three retries.
   *
   * @param name {@code domain.name}; more words are allowed: letters, digits, {@code _} and {@code
   *     -} between dots, at most {@value #MAX_NAME_LENGTH} characters
   * @throws IllegalArgumentException if {@code name} is not of that form
   */
  public static <T> EventType<T> of(String name, Class<T> payload) {
    Objects.requireNonNull(payload, "payload");
    return new EventType<>(
        requireName(name),
        payload,
        EventPriority.NORMAL,
        true,
        false,
        null,
        Event.DEFAULT_MAX_RETRIES);
  }

  /** A type whose payload stays a JSON tree: for events that this program only passes on. */
  public static EventType<JsonNode> ofTree(String name) {
    return of(name, JsonNode.class);
  }

  /** The same type with this default priority for its events. */
  public EventType<T> priority(EventPriority priority) {
    return new EventType<>(
        name,
        payload,
        Objects.requireNonNull(priority, "priority"),
        requiresAudience,
        foreignConsumers,
        sourceService,
        maxRetries);
  }

  /**
   * The same type, whose events nobody has to listen to: live updates, for example. A publish that
   * no queue takes then succeeds, with a receipt whose {@link PublishReceipt#routed()} is false.
   */
  public EventType<T> optionalAudience() {
    return new EventType<>(
        name, payload, priority, false, foreignConsumers, sourceService, maxRetries);
  }

  /**
   * The same type, whose events are also read by programs without this library, such as services in
   * Python. They are never packed into batches, which only this library can read.
   */
  public EventType<T> foreignConsumers() {
    return new EventType<>(
        name, payload, priority, requiresAudience, true, sourceService, maxRetries);
  }

  /**
   * The same type with this default for {@link Event#sourceService()}; without one, an event says
   * the name of the publisher that sends it.
   */
  public EventType<T> source(String sourceService) {
    return new EventType<>(
        name,
        payload,
        priority,
        requiresAudience,
        foreignConsumers,
        Event.requireService(sourceService),
        maxRetries);
  }

  /**
   * The same type with this default for {@link Event#maxRetries()}.
   *
   * @throws IllegalArgumentException if {@code maxRetries} is negative
   */
  public EventType<T> maxRetries(int maxRetries) {
    Event.requireNotNegative("maxRetries", maxRetries);
    return new EventType<>(
        name, payload, priority, requiresAudience, foreignConsumers, sourceService, maxRetries);
  }

  /** The start of an event of this type. */
  public Event.Builder<T> event(T data) {
    return new Event.Builder<>(this, data);
  }

  /** The name on the wire, for example {@code game.ball_potted}. */
  public String name() {
    return name;
  }

  /** The class that the {@code data} of an event of this type binds to. */
  public Class<T> payload() {
    return payload;
  }

  /** The priority of an event that does not say its own. */
  public EventPriority priority() {
    return priority;
  }

  /** Whether an event of this type that no queue takes is an error; true by default. */
  public boolean requiresAudience() {
    return requiresAudience;
  }

  /** Whether programs without this library read events of this type; false by default. */
  public boolean hasForeignConsumers() {
    return foreignConsumers;
  }

  /** The default source service of this type's events, or null for the publisher's name. */
  public @Nullable String sourceService() {
    return sourceService;
  }

  /** How often a failing handler is called again for an event that does not say its own number. */
  public int maxRetries() {
    return maxRetries;
  }

  /**
   * The routing key that events of this type are published with: the name itself, but {@code
   * compensation.required} for every {@code compensation.<type>}.
   */
  public String routingKey() {
    return routingKey(name);
  }

  /** The routing key that an event of the type with this name is published with. */
  static String routingKey(String name) {
    return name.startsWith(COMPENSATION) ? COMPENSATION + "required" : name;
  }

  static String requireName(String name) {
    Objects.requireNonNull(name, "name");
    if (name.length() > MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          "event type is "
              + name.length()
              + " characters long, at most "
              + MAX_NAME_LENGTH
              + " fit");
    }
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "event type '"
              + name
              + "' is not of the form domain.name: letters, digits, _ and - between dots");
    }
    return name;
  }

  /** Whether a text is of the form {@code domain.name} and short enough; allocates nothing. */
  static boolean isName(String name) {
    boolean dotted = false;
    boolean inWord = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '.') {
        if (!inWord) {
          return false;
        }
        dotted = true;
        inWord = false;
      } else if (isWordCharacter(c)) {
        inWord = true;
      } else {
        return false;
      }
    }
    return dotted && inWord && name.length() <= MAX_NAME_LENGTH;
  }

  /** ASCII letters, digits, {@code _} and {@code -}. */
  static boolean isWordCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EventType<?> that
        && name.equals(that.name)
        && payload.equals(that.payload)
        && priority == that.priority
        && requiresAudience == that.requiresAudience
        && foreignConsumers == that.foreignConsumers
        && Objects.equals(sourceService, that.sourceService)
        && maxRetries == that.maxRetries;
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name + " (" + payload.getSimpleName() + ")";
  }
}

package io.artel.events.amqp.internal.topology;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why the broker closed a channel or a connection. Its text is what we read the details from: AMQP
 * has no other place for them. It is cut off after 255 bytes, so that long names hide the values.
 *
 * @param fatal whether the whole connection was closed
 */
record BrokerReply(int code, String text, boolean fatal) {

  static final int ACCESS_REFUSED = 403;
  static final int NOT_FOUND = 404;
  static final int RESOURCE_LOCKED = 405;

  private static final Pattern INEQUIVALENT =
      Pattern.compile(
          "inequivalent arg '([^']*)' for (?:queue|exchange) '.*' in vhost '.*': "
              + "received (none|the value '.*' of type '\\w+'|'.*')"
              + " but current is (none|the value '.*' of type '\\w+'|'.*')",
          Pattern.DOTALL);

  private static final Pattern INEQUIVALENT_CUT = Pattern.compile("inequivalent arg '([^']*)'");

  private static final Pattern TYPED =
      Pattern.compile("the value '(.*)' of type '(\\w+)'", Pattern.DOTALL);

  private static final Pattern INVALID =
      Pattern.compile("invalid (?:arg|type '[^']*' for arg) '([^']*)'");

  private static final Pattern REFUSED =
      Pattern.compile(
          "(?:(configure|write|read) )?access to (\\w+ '.*?'(?: in exchange '.*?')?) in vhost"
              + " '(.*)' refused for user '(.*)'",
          Pattern.DOTALL);

  /**
   * One argument that is not what the broker has.
   *
   * @param known whether the broker said what it has; it does not where its text was cut off
   * @param current what the broker has, null for nothing
   */
  record Inequivalence(String argument, boolean known, @Nullable Object current) {}

  /**
   * A permission that is wanting.
   *
   * @param access configure, write or read; empty where the broker does not say (3.x)
   */
  record Refusal(String access, String object, String virtualHost, String user) {}

  /** The broker's reason in a failure, or null if the failure is none of the broker's making. */
  static @Nullable BrokerReply of(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ShutdownSignalException signal) {
        Method reason = signal.getReason();
        if (reason instanceof AMQP.Channel.Close close) {
          return new BrokerReply(close.getReplyCode(), close.getReplyText(), false);
        }
        if (reason instanceof AMQP.Connection.Close close) {
          return new BrokerReply(close.getReplyCode(), close.getReplyText(), true);
        }
      }
    }
    return null;
  }

  /**
   * Which argument differs, if that is what the broker complains about.
   *
   * @param declared what we declared for it: the broker leaves out the type where both have a value
   */
  Optional<Inequivalence> inequivalence(Declared declared) {
    Matcher cut = INEQUIVALENT_CUT.matcher(text);
    if (!cut.find()) {
      return Optional.empty();
    }
    Matcher whole = INEQUIVALENT.matcher(text);
    if (!whole.find() || whole.end() != text.length()) {
      return Optional.of(new Inequivalence(cut.group(1), false, null));
    }
    String current = whole.group(3);
    if (current.equals("none")) {
      return Optional.of(new Inequivalence(whole.group(1), true, null));
    }
    Matcher typed = TYPED.matcher(current);
    if (typed.matches()) {
      return Optional.of(
          new Inequivalence(whole.group(1), true, value(typed.group(1), typed.group(2))));
    }
    String bare = current.substring(1, current.length() - 1);
    Object ours = declared.value(whole.group(1));
    String type = ours instanceof Number ? "long" : ours instanceof Boolean ? "bool" : "longstr";
    return Optional.of(new Inequivalence(whole.group(1), true, value(bare, type)));
  }

  /** What a declaration says, by the name of an argument or a property. */
  interface Declared {
    @Nullable Object value(String argument);
  }

  /** The argument that the broker does not take, if that is what it complains about. */
  Optional<String> invalidArgument() {
    Matcher matcher = INVALID.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** The permission that is wanting, if that is what the broker complains about. */
  Optional<Refusal> refusal() {
    Matcher matcher = REFUSED.matcher(text);
    return matcher.find()
        ? Optional.of(
            new Refusal(
                matcher.group(1) == null ? "" : matcher.group(1),
                matcher.group(2),
                matcher.group(3),
                matcher.group(4)))
        : Optional.empty();
  }

  /** Whether the broker lacks the type of an exchange: never had it, or has its plugin disabled. */
  boolean unknownExchangeType() {
    return text.contains("unknown exchange type") || text.contains("invalid exchange type");
  }

  private static Object value(String text, String type) {
    if (type.equals("bool")) {
      return Boolean.valueOf(text);
    }
    return text.matches("-?\\d{1,18}") && !type.equals("longstr") ? Long.valueOf(text) : text;
  }
}

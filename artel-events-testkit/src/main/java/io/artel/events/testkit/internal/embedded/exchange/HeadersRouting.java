package io.artel.events.testkit.internal.embedded.exchange;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.ErlangText;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Matches where headers of the message equal arguments of the binding. */
final class HeadersRouting implements Routing {
  private static final String MATCH = "x-match";

  private final Dialect dialect;
  private final Map<Binding, HeadersPattern> patterns = new LinkedHashMap<>();

  HeadersRouting(Dialect dialect) {
    this.dialect = dialect;
  }

  @Override
  public void checkBinding(String routingKey, FieldTable arguments) {
    FieldValue match = arguments.get(MATCH);
    if (match == null) {
      return;
    }
    ErlangText text = new ErlangText(dialect);
    if (!match.isText()) {
      throw ReplyCode.PRECONDITION_FAILED.error(
          "Invalid x-match field type %s (value %s); expected longstr"
              .formatted(match.type(), text.of(match)));
    }
    switch (match.toString()) {
      case "all", "any", "all-with-x", "any-with-x" -> {}
      default ->
          throw ReplyCode.PRECONDITION_FAILED.error(
              "Invalid x-match field value "
                  + text.of(match)
                  + "; expected all, any, all-with-x, or any-with-x");
    }
  }

  @Override
  public void add(Binding binding) {
    patterns.put(binding, pattern(binding.arguments()));
  }

  @Override
  public void remove(Binding binding) {
    patterns.remove(binding);
  }

  @Override
  public void route(Arrival arrival, Collection<Destination> matches) {
    FieldTable headers = arrival.message().properties().headers();
    patterns.forEach(
        (binding, pattern) -> {
          if (pattern.matches(headers)) {
            matches.add(binding.destination());
          }
        });
  }

  @Override
  public boolean dependsOnKeyAlone() {
    return false;
  }

  private HeadersPattern pattern(FieldTable arguments) {
    String match = String.valueOf(arguments.get(MATCH));
    boolean withX = match.endsWith("-with-x");
    Map<String, FieldValue> wanted = new LinkedHashMap<>();
    arguments.forEach(
        (name, value) -> {
          // With plain all and any, no argument that begins with x- is looked at.
          if (withX ? !name.equals(MATCH) : !name.startsWith("x-")) {
            wanted.put(name, value);
          }
        });
    return new HeadersPattern(wanted, match.startsWith("any"), dialect);
  }
}

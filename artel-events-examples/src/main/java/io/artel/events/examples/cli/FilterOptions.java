package io.artel.events.examples.cli;

import io.artel.events.DeadLetterFilter;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which dead letters. */
final class FilterOptions {

  private static final Pattern AGE = Pattern.compile("(\\d{1,9})([smhd])");

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Those of this event type; * is one word, # any number.")
  private @Nullable String type;

  @Option(
      names = "--error-class",
      paramLabel = "CLASS",
      description = "Those that failed so: transient, permanent, expired, crash_loop, …")
  private @Nullable String errorClass;

  @Option(names = "--session", paramLabel = "UUID", description = "Those of this session.")
  private @Nullable UUID session;

  @Option(names = "--event", paramLabel = "UUID", description = "Those of this event.")
  private @Nullable UUID event;

  @Option(
      names = "--older-than",
      paramLabel = "AGE",
      description = "Those that failed longer ago: 30s, 15m, 24h, 7d.")
  private @Nullable String olderThan;

  @Option(
      names = "--younger-than",
      paramLabel = "AGE",
      description = "Those that failed less long ago.")
  private @Nullable String youngerThan;

  @Option(names = "--limit", paramLabel = "N", description = "So many at most, from the head.")
  private @Nullable Long limit;

  DeadLetterFilter filter() throws BadInput {
    DeadLetterFilter filter = DeadLetterFilter.all();
    filter = type == null ? filter : filter.type(type);
    filter = errorClass == null ? filter : filter.errorClass(errorClass);
    filter = session == null ? filter : filter.session(session);
    filter = event == null ? filter : filter.event(event);
    filter = olderThan == null ? filter : filter.olderThan(age("--older-than", olderThan));
    filter = youngerThan == null ? filter : filter.youngerThan(age("--younger-than", youngerThan));
    return limit == null ? filter : filter.limit(limit);
  }

  private static Duration age(String option, String text) throws BadInput {
    Matcher age = AGE.matcher(text);
    if (!age.matches()) {
      throw new BadInput(
          option + " is '" + Printable.of(text) + "', but must be like 30s, 15m, 24h or 7d");
    }
    long number = Long.parseLong(age.group(1));
    return switch (age.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}

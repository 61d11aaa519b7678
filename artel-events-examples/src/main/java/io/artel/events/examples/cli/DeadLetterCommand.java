package io.artel.events.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.artel.events.DeadLetter;
import io.artel.events.DeadLetterFilter;
import io.artel.events.RedriveOptions;
import io.artel.events.RedriveReport;
import io.artel.events.amqp.DeadLetters;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Works on dead letters. */
@Command(
    name = "dlq",
    description = "Lists, shows, puts back and throws away dead letters of a RabbitMQ.",
    subcommands = {
      DeadLetterCommand.ListThem.class,
      DeadLetterCommand.Show.class,
      DeadLetterCommand.Redrive.class,
      DeadLetterCommand.Purge.class
    },
    mixinStandardHelpOptions = true)
final class DeadLetterCommand implements Runnable {

  private static final JsonMapper JSON =
      JsonMapper.builder().addModule(new JavaTimeModule()).build();

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  DeadLetterCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do with dead letters: list, show, redrive or purge");
  }

  /** Lists them. */
  @Command(
      name = "list",
      description = {
        "Lists dead letters, one per line; without --queue, those of every queue.",
        "Takes nothing away and changes no order."
      },
      sortOptions = false,
      mixinStandardHelpOptions = true)
  static final class ListThem implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private DeadLetterOptions options;
    @Mixin private FilterOptions filters;

    @Option(names = "--json", description = "One JSON object per line, without bodies.")
    private boolean json;

    @SuppressWarnings("NullAway.Init") // picocli sets them
    ListThem() {}

    @Override
    public Integer call() throws BadInput {
      PrintWriter out = spec.commandLine().getOut();
      DeadLetterFilter filter = filters.filter();
      long all = 0;
      for (DeadLetters letters : options.queues()) {
        all += letters.forEach(filter, letter -> print(letters.queue(), letter, out));
        out.flush();
      }
      if (!json) {
        out.println(all + (all == 1 ? " dead letter" : " dead letters"));
        out.flush();
      }
      return ExitCodes.OK;
    }

    private void print(String queue, DeadLetter letter, PrintWriter out) {
      if (json) {
        out.println(toJson(described(queue, letter)));
        return;
      }
      Instant failedAt = letter.failedAt();
      out.println(
          Printable.of(
              queue
                  + "  "
                  + (failedAt == null ? "-" : failedAt.truncatedTo(ChronoUnit.SECONDS))
                  + "  "
                  + (letter.eventType() == null ? "-" : letter.eventType())
                  + "  "
                  + letter.id()
                  + "  "
                  + letter.errorClass()
                  + (letter.redrives() == 0 ? "" : "  put back " + letter.redrives() + "×")
                  + "  "
                  + letter.errorMessage()));
    }
  }

  /** Shows one. */
  @Command(
      name = "show",
      description = "Shows a dead letter with all its headers.",
      sortOptions = false,
      mixinStandardHelpOptions = true)
  static final class Show implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private DeadLetterOptions options;

    @Parameters(paramLabel = "ID", description = "Its id, as list shows it.")
    private String id;

    @Option(
        names = "--body",
        description = "Its body as well; it may hold what is nobody's business.")
    private boolean body;

    @Option(names = "--json", description = "As one JSON object.")
    private boolean json;

    @SuppressWarnings("NullAway.Init") // picocli sets them
    Show() {}

    @Override
    public Integer call() throws BadInput {
      for (DeadLetters letters : options.queues()) {
        Optional<DeadLetter> found = letters.show(id);
        if (found.isPresent()) {
          print(letters.queue(), found.get(), spec.commandLine().getOut());
          return ExitCodes.OK;
        }
      }
      throw new BadInput(
          "no dead letter has the id '" + Printable.of(id) + "': see ./artel dlq list");
    }

    private void print(String queue, DeadLetter letter, PrintWriter out) {
      Map<String, @Nullable Object> fields = described(queue, letter);
      fields.put("bytes", letter.body().length);
      if (json) {
        fields.put("headers", letter.headers());
      } else {
        letter.headers().forEach((name, value) -> fields.put("header " + name, value));
      }
      if (body) {
        fields.put("body", new String(letter.body(), StandardCharsets.UTF_8));
      }
      if (json) {
        out.println(toJson(fields));
      } else {
        fields.forEach(
            (name, value) -> {
              if (value != null) {
                out.println(Printable.of(name + ": " + value));
              }
            });
      }
      out.flush();
    }
  }

  /** Puts them back. */
  @Command(
      name = "redrive",
      description = {
        "Puts dead letters back into the queue where they failed, in their order.",
        "Interrupted, it loses and doubles nothing: run it again."
      },
      sortOptions = false,
      mixinStandardHelpOptions = true)
  static final class Redrive implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private DeadLetterOptions options;
    @Mixin private FilterOptions filters;

    @Option(names = "--dry-run", description = "Only says how many it would be.")
    private boolean dryRun;

    @Option(names = "--rate", paramLabel = "R", description = "So many per second at most.")
    private @Nullable Double rate;

    @Option(
        names = "--max-redrives",
        paramLabel = "N",
        description = "What was put back so often before stays; 3 unless given.")
    private int maxRedrives = RedriveOptions.DEFAULT_MAX_REDRIVES;

    @Option(names = "--json", description = "The counts as one JSON object per queue.")
    private boolean json;

    @SuppressWarnings("NullAway.Init") // picocli sets them
    Redrive() {}

    @Override
    public Integer call() throws BadInput {
      RedriveOptions how = RedriveOptions.defaults().maxRedrives(maxRedrives);
      how = rate == null ? how : how.rate(rate);
      how = dryRun ? how.dryRun() : how;
      PrintWriter out = spec.commandLine().getOut();
      for (DeadLetters letters : options.queues()) {
        RedriveReport report = letters.redrive(filters.filter(), how);
        if (json) {
          Map<String, @Nullable Object> fields = new LinkedHashMap<>();
          fields.put("queue", letters.queue());
          fields.put("dry_run", dryRun);
          fields.put("redriven", report.redriven());
          fields.put("resumed", report.resumed());
          fields.put("too_often", report.tooOften());
          fields.put("homeless", report.homeless());
          out.println(toJson(fields));
        } else {
          out.println(sentence(letters.queue(), report));
        }
        out.flush();
      }
      return ExitCodes.OK;
    }

    private String sentence(String queue, RedriveReport report) {
      return queue
          + ": "
          + report.redriven()
          + (dryRun ? " would be put back" : " put back")
          + (report.resumed() == 0 ? "" : ", " + report.resumed() + " of an interrupted redrive")
          + (report.tooOften() == 0
              ? ""
              : ", " + report.tooOften() + " stay: put back too often (--max-redrives)")
          + (report.homeless() == 0
              ? ""
              : ", " + report.homeless() + " stay: they belong to no queue of the topology");
    }
  }

  /** Throws them away. */
  @Command(
      name = "purge",
      description = "Throws dead letters away, for good.",
      sortOptions = false,
      mixinStandardHelpOptions = true)
  static final class Purge implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private DeadLetterOptions options;
    @Mixin private FilterOptions filters;

    @Option(names = "--dry-run", description = "Only says how many it would be.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Yes, really.")
    private boolean yes;

    @SuppressWarnings("NullAway.Init") // picocli sets them
    Purge() {}

    @Override
    public Integer call() throws BadInput {
      if (!yes && !dryRun) {
        throw new BadInput(
            "purge throws dead letters away for good: say --yes if that is meant, or --dry-run to"
                + " see how many it would be");
      }
      PrintWriter out = spec.commandLine().getOut();
      for (DeadLetters letters : options.queues()) {
        DeadLetterFilter filter = filters.filter();
        long count = dryRun ? letters.forEach(filter, letter -> {}) : letters.purge(filter);
        out.println(
            letters.queue() + ": " + count + (dryRun ? " would be thrown away" : " thrown away"));
        out.flush();
      }
      return ExitCodes.OK;
    }
  }

  private static Map<String, @Nullable Object> described(String queue, DeadLetter letter) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("queue", queue);
    fields.put("id", letter.id());
    fields.put("event_id", letter.eventId());
    fields.put("event_type", letter.eventType());
    fields.put("session_id", letter.sessionId());
    fields.put("failed_queue", letter.failedQueue());
    Instant failedAt = letter.failedAt();
    fields.put("failed_at", failedAt == null ? null : failedAt.toString());
    fields.put(
        "age_seconds",
        failedAt == null ? null : Duration.between(failedAt, Instant.now()).toSeconds());
    fields.put("error_class", letter.errorClass());
    fields.put("error_type", letter.errorType());
    fields.put("error_message", letter.errorMessage());
    fields.put("retries", letter.retries());
    fields.put("redrives", letter.redrives());
    fields.put("original_exchange", letter.originalExchange());
    fields.put("original_routing_key", letter.originalRoutingKey());
    return fields;
  }

  private static String toJson(Map<String, @Nullable Object> fields) {
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("plain values cannot be written as JSON", e);
    }
  }
}

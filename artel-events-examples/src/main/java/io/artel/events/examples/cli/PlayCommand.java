package io.artel.events.examples.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.artel.events.examples.play.Play;
import io.artel.events.examples.play.PlayOptions;
import io.artel.events.examples.play.Report;
import io.artel.events.examples.play.Script;
import io.artel.events.examples.play.ScriptException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Plays games. */
@Command(
    name = "play",
    description = "Plays billiards: a script, actions from the standard input, or generated games.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class PlayCommand implements Callable<Integer> {

  private static final int DEFAULT_SESSIONS = 10;
  private static final int DEFAULT_SECONDS = 30;
  private static final int MAX_SESSIONS = 100_000;
  private static final int MAX_SECONDS = 86_400;
  private static final int MAX_INSTANCES = 16;
  private static final double GENTLE_RATE = 100;
  private static final double GENTLE_RATE_PER_SESSION = 2;

  @Spec private CommandSpec spec;
  @Mixin private BrokerOptions broker;

  @Option(
      names = "--script",
      paramLabel = "FILE",
      description = "Plays this file, one JSON action per line; - reads from the standard input.")
  private @Nullable String script;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      description = "Generated sessions at once; 10 unless given.")
  private @Nullable Integer sessions;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long they play; 30 unless given.")
  private @Nullable Integer seconds;

  @Option(
      names = "--seed",
      paramLabel = "K",
      description = "What decides what they play; 1 unless given.")
  private @Nullable Long seed;

  @Option(
      names = "--rate",
      paramLabel = "EVENTS_PER_SECOND",
      description = {
        "Published events per second, those of all services together;",
        "unless given 100, or 2 for each session if that is more."
      })
  private @Nullable Double rate;

  @Option(
      names = "--chaos",
      description = {
        "Lets handlers of the statistics and notification services fail, as",
        "the seed says: one event in twelve."
      })
  private boolean chaos;

  @Option(
      names = "--instances",
      paramLabel = "N",
      description = {
        "How many instances of each service that reads a shared queue;",
        "1 unless given."
      })
  private @Nullable Integer instances;

  @Option(
      names = "--restart-every",
      paramLabel = "S",
      description = {
        "Stops one instance every so many seconds and starts it anew, by turns in",
        "good order and cut off; for generated games."
      })
  private @Nullable Integer restartEvery;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Writes the figures to this file, as one JSON object.")
  private @Nullable Path report;

  @SuppressWarnings("NullAway.Init") // picocli sets what is not nullable
  PlayCommand() {}

  @Override
  public Integer call() throws BadInput, ScriptException, IOException {
    PlayOptions options = options();
    options =
        options.withInstances(
            within("--instances", instances, 1, MAX_INSTANCES),
            restartEvery == null ? 0 : within("--restart-every", restartEvery, 1, MAX_SECONDS));
    if (chaos) {
      options = options.withChaos(seed != null ? seed : 1);
    }
    Path reportFile = report;
    if (reportFile != null) {
      requireWritable(reportFile);
    }
    PrintWriter out = spec.commandLine().getOut();
    try (ChosenBroker chosen = broker.chooseOrEmbedded()) {
      if (chosen.discovery() != null) {
        out.println(chosen.discovery());
        out.flush();
      }
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      Report played =
          new Play(chosen.address(), options, in, out, Boolean.getBoolean("artel.terminal")).run();
      if (reportFile != null) {
        write(played, reportFile);
      }
      return played.isClean() ? ExitCodes.OK : ExitCodes.NOT_CLEAN;
    }
  }

  private PlayOptions options() throws BadInput, ScriptException {
    if (rate != null && !(rate > 0 && rate <= 1_000_000)) {
      throw new BadInput("--rate is " + rate + ", but must be more than 0, and at most 1000000");
    }
    if (script != null) {
      if (sessions != null || seconds != null || seed != null || restartEvery != null) {
        throw new BadInput(
            "--script cannot be combined with --sessions, --seconds, --seed or --restart-every:"
                + " those are for generated games");
      }
      double pace = rate != null ? rate : GENTLE_RATE;
      return script.equals("-")
          ? PlayOptions.fromInput(pace)
          : PlayOptions.script(Script.read(path(script)), pace);
    }
    int tables = within("--sessions", sessions, DEFAULT_SESSIONS, MAX_SESSIONS);
    int time = within("--seconds", seconds, DEFAULT_SECONDS, MAX_SECONDS);
    double gentle = Math.max(GENTLE_RATE, GENTLE_RATE_PER_SESSION * tables);
    return PlayOptions.generated(
        tables, time, seed != null ? seed : 1, rate != null ? rate : gentle);
  }

  private static int within(String option, @Nullable Integer given, int otherwise, int most)
      throws BadInput {
    int value = given != null ? given : otherwise;
    if (value < 1 || value > most) {
      throw new BadInput(option + " is " + value + ", but must be 1 to " + most);
    }
    return value;
  }

  private static Path path(String text) throws BadInput {
    try {
      return Path.of(text);
    } catch (java.nio.file.InvalidPathException e) {
      throw new BadInput("--script is no file name");
    }
  }

  /** Finds out before the play, not after it. */
  private static void requireWritable(Path file) throws BadInput {
    boolean existed = Files.exists(file);
    try {
      Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
      if (!existed) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new BadInput("the report cannot be written to " + file + ": " + whyNotWritable(file));
    }
  }

  private static String whyNotWritable(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file)) {
      return "it is a folder";
    }
    return folder != null && Files.isDirectory(folder)
        ? "writing there is not allowed"
        : "its folder does not exist";
  }

  private static void write(Report report, Path file) throws BadInput {
    try {
      String json = JsonMapper.builder().build().writeValueAsString(report);
      Files.writeString(file, json + System.lineSeparator(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BadInput("the report cannot be written to " + file + " any more");
    }
  }
}

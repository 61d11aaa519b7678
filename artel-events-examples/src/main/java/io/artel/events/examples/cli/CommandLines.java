package io.artel.events.examples.cli;

import io.artel.events.ArtelException;
import io.artel.events.examples.play.ScriptException;
import io.artel.events.testkit.BrokerUnavailableException;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The program's command line: every failure is one sentence and an exit code. */
public final class CommandLines {

  private CommandLines() {}

  /** The program itself; by itself it only shows what there is. */
  @Command(
      name = "artel",
      description = "A billiards platform whose services live on artel-events.",
      subcommands = {
        PlayCommand.class,
        PlanCommand.class,
        PartitionsCommand.class,
        DeadLetterCommand.class,
        BrokerCommand.class,
        FaultsCommand.class
      },
      mixinStandardHelpOptions = true)
  static final class Root implements Runnable {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    Root() {}

    @Override
    public void run() {
      throw new ParameterException(
          spec.commandLine(), "say what to do: play, plan, partitions, dlq, broker or faults");
    }
  }

  /** Runs the program and returns its exit code. */
  public static int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine commandLine = new CommandLine(new Root());
    commandLine.setOut(out);
    commandLine.setErr(err);
    commandLine.setParameterExceptionHandler((exception, given) -> fail(err, exception));
    commandLine.setExecutionExceptionHandler(
        (exception, line, result) -> {
          if (exception instanceof BadInput
              || exception instanceof ScriptException
              || exception instanceof ArtelException
              || exception instanceof IllegalArgumentException
              || exception instanceof IOException) {
            return fail(err, exception);
          }
          throw exception;
        });
    return commandLine.execute(arguments);
  }

  private static int fail(PrintWriter err, Exception failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof BrokerUnavailableException) {
      // What follows the first line is the broker's log.
      message = message.lines().findFirst().orElse(message);
    }
    err.println(message.strip().replaceAll("\\s*\\R\\s*", "; "));
    err.flush();
    return ExitCodes.BAD_INPUT;
  }
}

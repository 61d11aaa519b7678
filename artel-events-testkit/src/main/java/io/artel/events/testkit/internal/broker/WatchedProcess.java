package io.artel.events.testkit.internal.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A process that ends no later than this JVM, whatever ends the JVM: a shell beside it waits for
 * the end of a pipe that only this JVM holds open, and kills it then. Thread-safe.
 */
final class WatchedProcess {
  /**
   * Arguments: the log, the folder to remove in the end or nothing, and the command line. A key
   * press in the terminal reaches this shell too; it outlives that, so as to clear up.
   */
  private static final String WATCH =
      """
      trap '' HUP INT QUIT TERM
      log=$0 folder=$1
      shift
      exec 3<&0
      "$@" </dev/null >>"$log" 2>&1 3<&- &
      child=$!
      echo $child
      { read -r line; kill -KILL $child; } <&3 &
      watcher=$!
      wait $child
      status=$?
      kill -KILL $watcher
      for attempt in 1 2 3 4 5; do
        [ -n "$folder" ] && ! rm -rf "$folder" || break
        sleep 1
      done
      exit $status
      """;

  private final Process shell;
  private final long pid;

  /**
   * Starts a process.
   *
   * @param folder is removed when the process has ended, unless null
   */
  WatchedProcess(
      List<String> command, Map<String, String> environment, Path log, @Nullable Path folder) {
    List<String> watched = new ArrayList<>(List.of("sh", "-c", WATCH, log.toString()));
    watched.add(folder == null ? "" : folder.toString());
    watched.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(watched);
    builder.environment().putAll(environment);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      shell = builder.start();
      BufferedReader output = shell.inputReader();
      pid = Long.parseLong(output.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return pid;
  }

  boolean running() {
    return shell.isAlive();
  }

  /** The exit status; only after {@link #running()} was false. */
  int status() {
    return shell.exitValue();
  }

  /** Sends a signal, for example {@code STOP}, if the process runs. */
  void signal(String name) {
    if (running()) {
      try {
        new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid).start().waitFor();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw Waiting.interrupted(e);
      }
    }
  }

  /** Waits for the end of the process. */
  boolean ends(Duration limit) {
    try {
      return shell.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw Waiting.interrupted(e);
    }
  }

  /** Ends the process now, and its folder with it. */
  void end() {
    try {
      shell.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ends(Waiting.LIMIT);
  }
}

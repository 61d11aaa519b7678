package io.artel.events.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The library with a mistake put into its sources. What was changed is compiled into a folder that
 * comes first on the class path of a JVM of its own, and there a fault scenario is played.
 *
 * @param name what is wrong with it
 * @param edits the changes, each of which must fit at exactly one place
 * @param scenario the scenario that has to find it, on the embedded broker
 * @param reason a part of why it is red then
 */
record Mutant(String name, List<Edit> edits, String scenario, String reason) {
  private static final Path SOURCES =
      Path.of("..", "artel-events-amqp", "src", "main", "java").toAbsolutePath().normalize();
  private static final Path PACKAGE = Path.of("io", "artel", "events", "amqp", "internal");
  private static final long LIMIT_SECONDS = 240;

  /**
   * A change of one source file.
   *
   * @param file the file below the library's {@code internal} folder
   */
  record Edit(String file, String from, String to) {}

  /** A mutant without a change. */
  static Mutant of(String name, String scenario, String reason) {
    return new Mutant(name, List.of(), scenario, reason);
  }

  /** The same with one change more. */
  Mutant edit(String file, String from, String to) {
    List<Edit> more = new ArrayList<>(edits);
    more.add(new Edit(file, from, to));
    return new Mutant(name, more, scenario, reason);
  }

  /** Plays its scenario with this folder for what is compiled, and returns why it is red. */
  List<String> play(Path folder) throws IOException, InterruptedException {
    Path classes = compile(folder);
    return run(classes + File.pathSeparator + System.getProperty("java.class.path"), scenario);
  }

  /** Plays scenarios in a JVM of their own, and returns why they are red. */
  static List<String> run(String classPath, String scenarios)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("artel-faults", ".txt");
    try {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  classPath,
                  FaultMain.class.getName(),
                  scenarios)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      process.destroyForcibly().waitFor();
      List<String> lines = Files.readAllLines(output);
      assertThat(ended).as("ended in time; it said %s", lines).isTrue();
      assertThat(lines).as("its last line").last().isEqualTo(FaultMain.END);
      return lines.stream()
          .filter(line -> line.startsWith(FaultMain.RED))
          .map(line -> line.substring(FaultMain.RED.length()))
          .toList();
    } finally {
      Files.delete(output);
    }
  }

  private Path compile(Path folder) throws IOException {
    List<Path> changed = new ArrayList<>();
    Map<Path, String> texts = new LinkedHashMap<>();
    for (Edit edit : edits) {
      Path file = PACKAGE.resolve(edit.file);
      String text =
          texts.containsKey(file) ? texts.get(file) : Files.readString(SOURCES.resolve(file));
      assertThat(text.split(Pattern.quote(edit.from), -1))
          .as("the text before and after what is changed in %s: %s", edit.file, edit.from)
          .hasSize(2);
      texts.put(file, text.replace(edit.from, edit.to));
    }
    for (Map.Entry<Path, String> text : texts.entrySet()) {
      Path file = folder.resolve("sources").resolve(text.getKey());
      Files.createDirectories(file.getParent());
      changed.add(Files.writeString(file, text.getValue()));
    }
    Path classes = Files.createDirectories(folder.resolve("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  null,
                  files,
                  null,
                  List.of(
                      "-proc:none",
                      "-nowarn",
                      "-d",
                      classes.toString(),
                      "-cp",
                      System.getProperty("java.class.path")),
                  null,
                  files.getJavaFileObjectsFromPaths(changed))
              .call();
      assertThat(compiled).as("whether the mutant compiles").isTrue();
    }
    return classes;
  }

  @Override
  public String toString() {
    return name;
  }
}

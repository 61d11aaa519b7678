package io.artel.events.testkit.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The program that the README shows, taken from the README itself. */
final class ReadmeProgram {

  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CLASS_NAME = Pattern.compile("public class (\\w+)");

  private final Path classes;
  private final String className;

  private ReadmeProgram(Path classes, String className) {
    this.classes = classes;
    this.className = className;
  }

  /** Compiles it into this folder, with what a user has on the class path. */
  static ReadmeProgram compile(Path folder) throws IOException {
    Matcher block = JAVA_BLOCK.matcher(Files.readString(Path.of("..", "README.md"), UTF_8));
    if (!block.find()) {
      throw new AssertionError("README.md has no Java program");
    }
    String source = block.group(1);
    Matcher name = CLASS_NAME.matcher(source);
    if (!name.find()) {
      throw new AssertionError("README.md's program has no public class");
    }
    Path file = Files.writeString(folder.resolve(name.group(1) + ".java"), source, UTF_8);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter problems = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8)) {
      boolean compiled =
          compiler
              .getTask(
                  problems,
                  files,
                  null,
                  List.of(
                      "-Xlint:all",
                      "-Werror",
                      "--release",
                      "17",
                      "-d",
                      folder.toString(),
                      "-cp",
                      System.getProperty("java.class.path")),
                  null,
                  files.getJavaFileObjects(file))
              .call();
      if (!compiled) {
        throw new AssertionError("README.md's program does not compile:\n" + problems);
      }
    }
    return new ReadmeProgram(folder, name.group(1));
  }

  /** Runs its main method; returns when that does. */
  void run(String... arguments) throws Exception {
    URL[] path = {classes.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(path, getClass().getClassLoader())) {
      loader
          .loadClass(className)
          .getMethod("main", String[].class)
          .invoke(null, (Object) arguments);
    }
  }
}

package io.artel.events.testkit.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/**
 * Listens to everything that is logged anywhere, down to TRACE, and looks for passwords in it, as
 * they are or as they would be encoded.
 */
final class Secrets implements AutoCloseable {

  private final Set<String> forms = new LinkedHashSet<>();
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Level levelBefore = root.getLevel();
  private final List<Appender<ILoggingEvent>> appendersBefore = new ArrayList<>();
  private final Appender<ILoggingEvent> listener =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          lines.add(text(event));
        }
      };

  Secrets() {
    root.iteratorForAppenders().forEachRemaining(appendersBefore::add);
    appendersBefore.forEach(root::detachAppender);
    listener.setContext(root.getLoggerContext());
    listener.start();
    root.addAppender(listener);
    root.setLevel(Level.TRACE);
  }

  /** A login whose password must not be seen from now on. */
  void hide(String user, String password) {
    forms.add(password);
    forms.add(URLEncoder.encode(password, UTF_8));
    forms.add(URLEncoder.encode(password, UTF_8).replace("+", "%20"));
    for (String text :
        new String[] {
          password, user + ":" + password, "\0" + user + "\0" + password, user + "\0" + password
        }) {
      byte[] bytes = text.getBytes(UTF_8);
      forms.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
      forms.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }
    byte[] bytes = password.getBytes(UTF_8);
    forms.add(HexFormat.of().formatHex(bytes));
    String numbers = Arrays.toString(bytes);
    forms.add(numbers.substring(1, numbers.length() - 1));
  }

  /** The lines logged so far. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  /** The text must be free of secrets. */
  void assertNotIn(Object text) {
    assertThat(forms).isNotEmpty();
    assertThat(String.valueOf(text)).doesNotContain(forms);
  }

  /** An exception must be free of secrets, with all that belongs to it. */
  void assertNotIn(Throwable failure) {
    assertNotIn((Object) printed(failure));
  }

  /** What was logged must be free of secrets, and there must have been something. */
  void assertNotLogged() {
    assertThat(lines).isNotEmpty();
    lines.forEach(this::assertNotIn);
  }

  @Override
  public void close() {
    root.detachAppender(listener);
    root.setLevel(levelBefore);
    appendersBefore.forEach(root::addAppender);
  }

  private static String text(ILoggingEvent event) {
    StringBuilder text = new StringBuilder();
    text.append(event.getLoggerName()).append(' ').append(event.getFormattedMessage());
    text.append(' ').append(event.getMDCPropertyMap());
    Object[] arguments = event.getArgumentArray();
    if (arguments != null) {
      for (Object argument : arguments) {
        text.append('\n')
            .append(argument instanceof Throwable failure ? printed(failure) : argument);
      }
    }
    if (event.getThrowableProxy() instanceof ThrowableProxy proxy) {
      text.append('\n').append(printed(proxy.getThrowable()));
    }
    return text.toString();
  }

  /** With causes and suppressed ones. */
  private static String printed(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}

package io.artel.events.testkit.internal.embedded.vhost;

import java.util.regex.Pattern;

/**
 * What a user may do in a virtual host, as patterns that names must contain a match of.
 *
 * @param configure what the user may declare and delete
 * @param write what the user may publish to and bind into
 * @param read what the user may consume from and bind from
 */
public record Permissions(Pattern configure, Pattern write, Pattern read) {
  /** Everything is allowed. */
  public static final Permissions ALL = of(".*", ".*", ".*");

  /** {@return permissions by their patterns; an empty one matches nothing but the empty name} */
  public static Permissions of(String configure, String write, String read) {
    return new Permissions(pattern(configure), pattern(write), pattern(read));
  }

  private static Pattern pattern(String text) {
    return Pattern.compile(text.isEmpty() ? "^$" : text);
  }
}

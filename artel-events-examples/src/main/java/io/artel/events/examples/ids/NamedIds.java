package io.artel.events.examples.ids;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Ids made from names, so that the same script means the same players on every run: name-based
 * UUIDs, version 3.
 */
public final class NamedIds {

  private NamedIds() {}

  /** The player with this name. */
  public static UUID player(String name) {
    return id("player", name);
  }

  /** The session with this name. */
  public static UUID session(String name) {
    return id("session", name);
  }

  /** The n-th game of a session, the first being 1. */
  public static UUID game(String session, int number) {
    return id("game", number + ":" + session);
  }

  /** The template with this name. */
  public static UUID template(String name) {
    return id("template", name);
  }

  private static UUID id(String kind, String name) {
    return UUID.nameUUIDFromBytes(
        ("billiards:" + kind + ":" + name).getBytes(StandardCharsets.UTF_8));
  }
}

package io.artel.events.examples.play;

import io.artel.events.examples.ids.NamedIds;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The names of the players, by their ids, for people. Safe for use by several threads. */
final class PlayerNames {

  private final Map<UUID, String> names = new ConcurrentHashMap<>();

  /** A player with this name takes part. */
  UUID add(String name) {
    UUID id = NamedIds.player(name);
    names.put(id, name);
    return id;
  }

  /** The name, or the id of somebody unknown. */
  String of(UUID player) {
    return names.getOrDefault(player, player.toString());
  }
}

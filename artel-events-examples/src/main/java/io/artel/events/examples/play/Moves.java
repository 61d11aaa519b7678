package io.artel.events.examples.play;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where the moves of a play come from. Asked by one thread. */
interface Moves {

  /** The next move, or null when the play is over. */
  @Nullable Move next();

  /** A move of this session could not be published: the session goes no further. Any thread. */
  void stop(UUID session);

  /** How many sessions are being played. */
  int sessions();
}

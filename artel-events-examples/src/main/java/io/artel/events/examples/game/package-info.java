/** The game service: sessions, turns, scores, and the settlement of a Kolkhoz. */
@NullMarked
package io.artel.events.examples.game;

import org.jspecify.annotations.NullMarked;

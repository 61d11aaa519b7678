/**
 * The billiards platform: services that live on artel-events, and a program that plays on them.
 *
 * <p>Start reading at {@link io.artel.events.examples.game.GameService}.
 */
@NullMarked
package io.artel.events.examples;

import org.jspecify.annotations.NullMarked;

/** Plays games on the platform, and checks what became of every event. */
@NullMarked
package io.artel.events.examples.play;

import org.jspecify.annotations.NullMarked;

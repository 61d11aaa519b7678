package io.artel.events.testkit.internal.flow;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One line of a timeline.
 *
 * @param nanos when, on the scale of {@link System#nanoTime()}
 * @param event whose, or null where it is nobody's
 * @param what what happened, in one or two words
 * @param where the queue, or what else there is to say
 */
record Step(long nanos, @Nullable UUID event, String what, String where) {}

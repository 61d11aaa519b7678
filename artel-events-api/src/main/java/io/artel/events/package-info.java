/**
 * The words of artel-events: events and their types, the JSON they travel as, topology as values,
 * what publishers and handlers promise, and the errors.
 *
 * <p>Start reading at {@link io.artel.events.EventType} and {@link io.artel.events.Topology}.
 */
@NullMarked
package io.artel.events;

import org.jspecify.annotations.NullMarked;

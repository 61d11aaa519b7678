/** One key in sequence, keys beside each other: lanes, and what may wait in them. */
@NullMarked
package io.artel.events.amqp.internal.ordering;

import org.jspecify.annotations.NullMarked;

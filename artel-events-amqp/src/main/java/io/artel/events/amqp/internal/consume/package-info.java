/** Deliveries on their way to handlers and back to the broker as acknowledgements. */
@NullMarked
package io.artel.events.amqp.internal.consume;

import org.jspecify.annotations.NullMarked;

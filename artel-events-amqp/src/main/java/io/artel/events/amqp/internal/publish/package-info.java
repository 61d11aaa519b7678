/** Confirmed, mandatory publishing in order. */
@NullMarked
package io.artel.events.amqp.internal.publish;

import org.jspecify.annotations.NullMarked;

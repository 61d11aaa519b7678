/** Where the broker is, and connections to it that come back. */
@NullMarked
package io.artel.events.amqp.internal.connection;

import org.jspecify.annotations.NullMarked;

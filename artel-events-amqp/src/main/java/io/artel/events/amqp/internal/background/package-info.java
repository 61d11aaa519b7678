/** Threads for what happens beside the user's. */
@NullMarked
package io.artel.events.amqp.internal.background;

import org.jspecify.annotations.NullMarked;

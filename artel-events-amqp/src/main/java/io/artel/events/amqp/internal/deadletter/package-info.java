/**
 * Dead letters: read without using them up, put back, thrown away. {@link DeadLetterDesk} is where
 * to start.
 */
@NullMarked
package io.artel.events.amqp.internal.deadletter;

import org.jspecify.annotations.NullMarked;

/**
 * Queues of both types and what happens to the messages in them. Start at {@link
 * io.artel.events.testkit.internal.embedded.queue.Queues}.
 */
@NullMarked
package io.artel.events.testkit.internal.embedded.queue;

import org.jspecify.annotations.NullMarked;

/**
 * AMQP 0-9-1 as bytes: frames, methods, tables and errors. Start at {@link
 * io.artel.events.testkit.internal.embedded.wire.WireReader}.
 */
@NullMarked
package io.artel.events.testkit.internal.embedded.wire;

import org.jspecify.annotations.NullMarked;

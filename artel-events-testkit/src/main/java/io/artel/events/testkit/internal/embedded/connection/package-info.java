/**
 * Sockets, frames and the connections of clients, all on one thread. Start at {@link
 * io.artel.events.testkit.internal.embedded.connection.EventLoop}.
 */
@NullMarked
package io.artel.events.testkit.internal.embedded.connection;

import org.jspecify.annotations.NullMarked;

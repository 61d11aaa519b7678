/**
 * Exchanges and bindings: which queues a message goes to. Start at {@link
 * io.artel.events.testkit.internal.embedded.exchange.Exchanges}.
 */
@NullMarked
package io.artel.events.testkit.internal.embedded.exchange;

import org.jspecify.annotations.NullMarked;

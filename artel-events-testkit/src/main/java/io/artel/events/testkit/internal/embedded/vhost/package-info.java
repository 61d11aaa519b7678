/**
 * What clients share: the exchanges and queues of a virtual host, and who may use them. Start at
 * {@link io.artel.events.testkit.internal.embedded.vhost.VirtualHost}.
 */
@NullMarked
package io.artel.events.testkit.internal.embedded.vhost;

import org.jspecify.annotations.NullMarked;

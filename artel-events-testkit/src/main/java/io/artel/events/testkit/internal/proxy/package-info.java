/** The bad network of {@code BrokerProxy}; start reading at {@code ProxyServer}. */
@NullMarked
package io.artel.events.testkit.internal.proxy;

import org.jspecify.annotations.NullMarked;

/**
 * What a client does on one channel. Start at {@link
 * io.artel.events.testkit.internal.embedded.channel.Channel}.
 */
@NullMarked
package io.artel.events.testkit.internal.embedded.channel;

import org.jspecify.annotations.NullMarked;

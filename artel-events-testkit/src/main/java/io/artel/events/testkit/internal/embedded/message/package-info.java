/**
 * What publishers send and queues hold. Start at {@link
 * io.artel.events.testkit.internal.embedded.message.Message}.
 */
@NullMarked
package io.artel.events.testkit.internal.embedded.message;

import org.jspecify.annotations.NullMarked;

/**
 * The broker's time, which tests can move. Start at {@link
 * io.artel.events.testkit.internal.embedded.clock.Timers}.
 */
@NullMarked
package io.artel.events.testkit.internal.embedded.clock;

import org.jspecify.annotations.NullMarked;

/**
 * What tests see of the embedded broker and do to it. Start at {@link
 * io.artel.events.testkit.internal.embedded.control.RunningBroker}.
 */
@NullMarked
package io.artel.events.testkit.internal.embedded.control;

import org.jspecify.annotations.NullMarked;

/**
 * What {@link io.artel.events.testkit.FlowTracker} knows. It may change at any time.
 *
 * <p>Start reading at {@link io.artel.events.testkit.internal.flow.FlowLog}.
 */
@NullMarked
package io.artel.events.testkit.internal.flow;

import org.jspecify.annotations.NullMarked;

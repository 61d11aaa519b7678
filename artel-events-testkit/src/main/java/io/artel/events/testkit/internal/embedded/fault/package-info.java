/**
 * What a test lets go wrong. Start at {@link
 * io.artel.events.testkit.internal.embedded.fault.FaultPlan}.
 */
@NullMarked
package io.artel.events.testkit.internal.embedded.fault;

import org.jspecify.annotations.NullMarked;

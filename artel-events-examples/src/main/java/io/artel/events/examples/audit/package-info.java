/** The audit service: sees every event. */
@NullMarked
package io.artel.events.examples.audit;

import org.jspecify.annotations.NullMarked;

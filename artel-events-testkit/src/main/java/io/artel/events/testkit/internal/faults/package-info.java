/**
 * Fault scenarios: what the library must survive, played on a broker and judged by an oracle. Start
 * reading at {@code Scenarios}, then {@code Stage}.
 */
@NullMarked
package io.artel.events.testkit.internal.faults;

import org.jspecify.annotations.NullMarked;

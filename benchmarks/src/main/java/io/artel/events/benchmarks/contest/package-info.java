/**
 * What is compared: {@link Contestant} says what all of them do, {@link Arena} where they do it.
 */
@NullMarked
package io.artel.events.benchmarks.contest;

import org.jspecify.annotations.NullMarked;

/** Meters, with the names and labels that dashboards rely on. */
@NullMarked
package io.artel.events.amqp.internal.metrics;

import org.jspecify.annotations.NullMarked;

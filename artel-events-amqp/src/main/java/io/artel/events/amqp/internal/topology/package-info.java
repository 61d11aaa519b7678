/**
 * Holds a topology against a broker, explains what differs, and declares what is missing.
 *
 * <p>Start reading at {@link io.artel.events.amqp.internal.topology.TopologyDeclarer}.
 */
@NullMarked
package io.artel.events.amqp.internal.topology;

import org.jspecify.annotations.NullMarked;

/**
 * What the services of the billiards platform agree on: event types, payloads, queues.
 *
 * <p>Start reading at {@link io.artel.events.examples.contract.BilliardsEvents}.
 */
@NullMarked
package io.artel.events.examples.contract;

import org.jspecify.annotations.NullMarked;

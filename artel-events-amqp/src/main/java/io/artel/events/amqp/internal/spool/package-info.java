/** Records in files that outlive the process; start at {@link Spool}. */
@NullMarked
package io.artel.events.amqp.internal.spool;

import org.jspecify.annotations.NullMarked;

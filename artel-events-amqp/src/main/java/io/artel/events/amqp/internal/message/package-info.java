/** Events as AMQP messages: properties, headers, clean copies. */
@NullMarked
package io.artel.events.amqp.internal.message;

import org.jspecify.annotations.NullMarked;

/** The notification service: what users are told. */
@NullMarked
package io.artel.events.examples.notifications;

import org.jspecify.annotations.NullMarked;

/** What all looks into queues have in common. It may change at any time. */
@NullMarked
package io.artel.events.testkit.internal.look;

import org.jspecify.annotations.NullMarked;

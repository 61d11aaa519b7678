/** What those who watch get to see. */
@NullMarked
package io.artel.events.examples.live;

import org.jspecify.annotations.NullMarked;

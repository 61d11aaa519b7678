/** The statistics service: what players have done so far, their ranks and achievements. */
@NullMarked
package io.artel.events.examples.stats;

import org.jspecify.annotations.NullMarked;

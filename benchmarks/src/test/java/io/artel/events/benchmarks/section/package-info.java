/** Tests of the measurements. */
@NullMarked
package io.artel.events.benchmarks.section;

import org.jspecify.annotations.NullMarked;

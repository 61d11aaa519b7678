/** Tests of the measurements. */
@NullMarked
package io.artel.events.benchmarks.report;

import org.jspecify.annotations.NullMarked;

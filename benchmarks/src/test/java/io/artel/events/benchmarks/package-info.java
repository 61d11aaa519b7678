/** Tests of the program. */
@NullMarked
package io.artel.events.benchmarks;

import org.jspecify.annotations.NullMarked;

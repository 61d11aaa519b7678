/** How fast it is: {@link Main} measures, and so do the other classes that have a main method. */
@NullMarked
package io.artel.events.benchmarks;

import org.jspecify.annotations.NullMarked;

/** How fast it is: run the classes with JMH, except those that have a main method. */
@NullMarked
package io.artel.events.benchmarks;

import org.jspecify.annotations.NullMarked;

/** How fast it is: run the classes with JMH. */
@NullMarked
package io.artel.events.benchmarks;

import org.jspecify.annotations.NullMarked;

/** JMH benchmarks of what needs no broker. */
@NullMarked
package io.artel.events.benchmarks.micro;

import org.jspecify.annotations.NullMarked;

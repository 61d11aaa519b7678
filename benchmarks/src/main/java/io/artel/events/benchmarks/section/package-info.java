/** What is measured, one class for each table; {@link Bench} runs them. */
@NullMarked
package io.artel.events.benchmarks.section;

import org.jspecify.annotations.NullMarked;

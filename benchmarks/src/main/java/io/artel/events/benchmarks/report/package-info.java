/** What came of it: {@link Report}, and how it is shown. */
@NullMarked
package io.artel.events.benchmarks.report;

import org.jspecify.annotations.NullMarked;

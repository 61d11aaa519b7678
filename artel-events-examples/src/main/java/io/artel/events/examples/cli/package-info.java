/** The command line. */
@NullMarked
package io.artel.events.examples.cli;

import org.jspecify.annotations.NullMarked;

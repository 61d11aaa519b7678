/** Ids made from names, and compact memories of ids. */
@NullMarked
package io.artel.events.examples.ids;

import org.jspecify.annotations.NullMarked;

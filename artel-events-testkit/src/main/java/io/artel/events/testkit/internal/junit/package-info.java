/**
 * What {@link io.artel.events.testkit.ArtelTest} does. It may change at any time.
 *
 * <p>Start reading at {@link io.artel.events.testkit.internal.junit.ArtelExtension}.
 */
@NullMarked
package io.artel.events.testkit.internal.junit;

import org.jspecify.annotations.NullMarked;

/**
 * What assertions are made of. It may change at any time.
 *
 * <p>Start reading at {@link io.artel.events.testkit.internal.assertions.JsonDifferences}.
 */
@NullMarked
package io.artel.events.testkit.internal.assertions;

import org.jspecify.annotations.NullMarked;

package io.artel.events.testkit.internal.embedded.fault;

import io.artel.events.testkit.internal.embedded.wire.Method;

/**
 * A method that passes between a client and the broker.
 *
 * @param received whether it arrives from the client
 * @param method the method
 * @param connection the name that the client gave its connection, empty if none
 */
public record FrameEvent(boolean received, Method method, String connection) {}

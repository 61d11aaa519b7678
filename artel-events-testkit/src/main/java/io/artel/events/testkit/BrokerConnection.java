package io.artel.events.testkit;

/**
 * A client's connection to an {@link EmbeddedBroker}.
 *
 * @param name the name that the client gave it, empty if none
 * @param user who logged in
 * @param virtualHost the virtual host it uses
 * @param channels how many channels are open
 * @param blocked whether an alarm blocks it
 */
public record BrokerConnection(
    String name, String user, String virtualHost, int channels, boolean blocked) {}

package io.artel.events.testkit.internal.embedded.exchange;

import io.artel.events.testkit.internal.embedded.message.Message;
import java.util.List;

/**
 * A message on its way through exchanges.
 *
 * @param message the message
 * @param keys its routing key, then those that its headers CC and BCC add
 */
record Arrival(Message message, List<String> keys) {}

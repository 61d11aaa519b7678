package io.artel.events.testkit.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.PublishException.Outcome;
import io.artel.events.PublishReceipt;
import io.artel.events.testkit.OnRealBrokers;
import io.artel.events.testkit.RabbitMq;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** On real brokers also one that allows less than the codec does. */
@OnRealBrokers(ours = true)
class BadInputIT extends BadInput {

  private final RabbitMq broker;
  private final String vhost = "bad-input-" + UUID.randomUUID();
  private final String uri;
  private boolean silent;

  BadInputIT(RabbitMq broker) {
    this.broker = broker;
    uri = broker.createVhost(vhost);
  }

  @Override
  String uri() {
    return uri;
  }

  @Override
  void fallSilent() {
    broker.pause();
    silent = true;
  }

  @Override
  void speakAgain() {
    if (silent) {
      silent = false;
      broker.resume();
    }
  }

  @Override
  void endBroker() {
    broker.deleteVhost(vhost);
  }

  @Test
  void anEventLargerThanTheBrokerAllowsShouldBeRejectedAndHarmNoOther() {
    String before = allow("100000");
    try {
      connect(settings -> settings);
      List<CompletableFuture<PublishReceipt>> others = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        others.add(async("a"));
      }
      CompletableFuture<PublishReceipt> large = async("x".repeat(200_000));
      for (int i = 0; i < 20; i++) {
        others.add(async("a"));
      }

      assertThat(large)
          .failsWithin(30, SECONDS)
          .withThrowableThat()
          .havingCause()
          .withMessageContaining("is larger than");
      assertThat(failure(step("x".repeat(200_000))).outcome()).isEqualTo(Outcome.REJECTED);
      assertThat(others).allSatisfy(each -> assertThat(each).succeedsWithin(30, SECONDS));
    } finally {
      allow(before);
    }
  }

  /** Sets how large a message may be; channels that are opened from now on know it. */
  private String allow(String bytes) {
    return broker
        .ctl(
            "eval",
            "{ok, Before} = application:get_env(rabbit, max_message_size),"
                + " application:set_env(rabbit, max_message_size, "
                + bytes
                + "), persistent_term:put(max_message_size, "
                + bytes
                + "), Before.")
        .strip();
  }
}

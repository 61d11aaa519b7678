package io.artel.events.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What dead letters tell about their deaths: the header {@code x-death} and its summaries. */
@OnEveryBroker
class DeathHistoryContractIT extends DeliveryContract {
  DeathHistoryContractIT(ContractBroker broker) {
    super(broker);
  }

  @Test
  void deathTellsCountReasonQueueExchangeAndKeys() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead));
          String key = name("key");
          channel().queueBind(queue, "amq.direct", key);
          publish("amq.direct", key, properties().build(), "0");
          reject(queue);
          Map<String, Object> death = deaths(next(dead)).get(0);
          assertThat(death.remove("time")).isInstanceOf(Date.class);
          assertThat(death)
              .isEqualTo(
                  new TreeMap<>(
                      Map.of(
                          "count",
                          1L,
                          "reason",
                          "rejected",
                          "queue",
                          queue,
                          "exchange",
                          "amq.direct",
                          "routing-keys",
                          List.of(key))));
        });
  }

  @Test
  void deathTellsItsTimeInWholeSeconds() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead));
          publish(queue, "0");
          Instant before = Instant.now();
          reject(queue);
          Date time = (Date) deaths(next(dead)).get(0).get("time");
          assertThat(time.toInstant())
              .isBetween(before.minus(Duration.ofSeconds(2)), before.plusSeconds(SECONDS));
        });
  }

  @Test
  void expiredDeathTellsTheReasonAndTheOriginalExpiration() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead));
          publish(queue, properties().expiration("20").build(), "0");
          GetResponse letter = next(dead);
          assertThat(deaths(letter).get(0))
              .containsEntry("reason", "expired")
              .containsEntry("original-expiration", "20");
          assertThat(letter.getProps().getExpiration()).isNull();
        });
  }

  @Test
  void expirationIsRemovedAfterAnotherDeathToo() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead));
          publish(queue, properties().expiration("60000").build(), "0");
          reject(queue);
          GetResponse letter = next(dead);
          assertThat(deaths(letter).get(0))
              .containsEntry("reason", "rejected")
              .containsEntry("original-expiration", "60000");
          assertThat(letter.getProps().getExpiration()).isNull();
        });
  }

  @Test
  void expiryByTheQueueRecordsNoExpiration() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead, "x-message-ttl", 20));
          publish(queue, "0");
          assertThat(deaths(next(dead)).get(0))
              .containsEntry("reason", "expired")
              .doesNotContainKey("original-expiration");
        });
  }

  @Test
  void droppedHeadTellsMaxlen() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead, "x-max-length", 1));
          publish(queue, "0", "1");
          GetResponse letter = next(dead);
          assertThat(body(letter)).isEqualTo("0");
          assertThat(deaths(letter).get(0)).containsEntry("reason", "maxlen");
        });
  }

  @Test
  void routingKeysHoldCopiesButNotBlindOnes() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead));
          Map<String, Object> headers = Map.of("CC", List.of("c1", "c2"), "BCC", List.of("b1"));
          publish(queue, properties().headers(headers).build(), "0");
          reject(queue);
          assertThat(deaths(next(dead)).get(0))
              .containsEntry("routing-keys", List.of(queue, "c1", "c2"));
        });
  }

  @Test
  void repeatedDeathCountsUp() throws Exception {
    onBothTypes(
        type -> {
          String first = name("first");
          String second = queue(type, to(first));
          declare(first, type, to(second));
          publish(first, "0");
          for (long i = 1; i <= 3; i++) {
            reject(first);
            Channel channel = channel();
            GetResponse letter = next(channel, second);
            assertThat(deaths(letter).get(0)).containsEntry("queue", first);
            assertThat(deaths(letter).get(0)).containsEntry("count", i);
            channel.basicReject(letter.getEnvelope().getDeliveryTag(), false);
            channel.close();
          }
        });
  }

  @Test
  void latestDeathStandsFirst() throws Exception {
    onBothTypes(
        type -> {
          String last = classic();
          String middle = queue(type, to(last));
          String first = queue(type, to(middle));
          publish(first, "0");
          reject(first);
          reject(middle);
          assertThat(deaths(next(last)).stream().map(death -> death.get("queue")).toList())
              .containsExactly(middle, first);
        });
  }

  @Test
  void deathsStandFromLatestToEarliestFrom40() throws Exception {
    onBothTypes(
        type -> {
          String end = classic();
          String d = queue(type, to(end));
          String c = queue(type, to(d));
          String b = queue(type, to(c));
          String a = queue(type, to(b));
          publish(a, "0");
          for (String queue : List.of(a, b, c, d)) {
            reject(queue);
          }
          // Before 4.0 the entries that are there turn round at each further death.
          assertThat(deaths(next(end)).stream().map(death -> death.get("queue")).toList())
              .isEqualTo(broker.since("4.0") ? List.of(d, c, b, a) : List.of(d, b, a, c));
        });
  }

  @Test
  void repeatedDeathMovesToTheFront() throws Exception {
    onBothTypes(
        type -> {
          String first = name("first");
          String second = queue(type, to(first));
          declare(first, type, to(second));
          publish(first, "0");
          reject(first);
          reject(second);
          reject(first);
          List<Map<String, Object>> deaths = deaths(next(second));
          assertThat(deaths.stream().map(death -> death.get("queue") + " " + death.get("count")))
              .containsExactly(first + " 2", second + " 1");
        });
  }

  @Test
  void eachReasonHasItsOwnEntry() throws Exception {
    onBothTypes(
        type -> {
          String dead = name("dead");
          String queue = queue(type, with(to(dead), "x-max-length", 1));
          declare(dead, CLASSIC, to(queue));
          publish(queue, "0", "1");
          awaitReady(dead, 1);
          reject(queue);
          awaitReady(dead, 2);
          reject(dead);
          awaitReady(queue, 1);
          reject(queue);
          awaitReady(dead, 2);
          assertThat(body(next(dead))).isEqualTo("1");
          GetResponse letter = next(dead);
          assertThat(
                  deaths(letter).stream()
                      .map(death -> death.get("reason") + " in " + death.get("queue"))
                      .toList())
              .containsExactlyInAnyOrder(
                  "rejected in " + queue, "rejected in " + dead, "maxlen in " + queue);
        });
  }

  @Test
  void laterDeathLeavesTheFirstEntryAsItWas() throws Exception {
    onBothTypes(
        type -> {
          String first = name("first");
          String second = queue(type, to(first));
          declare(first, type, to(second));
          publish(first, "0");
          reject(first);
          Channel channel = channel();
          GetResponse once = next(channel, second);
          channel.basicReject(once.getEnvelope().getDeliveryTag(), false);
          reject(first);
          Map<String, Object> before = deaths(once).get(0);
          Map<String, Object> after = deaths(next(second)).get(0);
          before.put("count", 2L);
          assertThat(after).isEqualTo(before);
        });
  }

  @Test
  void firstDeathIsSummedUpOnce() throws Exception {
    onBothTypes(
        type -> {
          String last = classic();
          String middle = queue(type, to(last));
          String first = queue(type, to(middle));
          String key = name("key");
          channel().queueBind(first, "amq.direct", key);
          publish("amq.direct", key, properties().expiration("20").build(), "0");
          reject(middle);
          assertThat(texts(next(last), "x-first-death"))
              .isEqualTo(
                  Map.of(
                      "x-first-death-reason", "expired",
                      "x-first-death-queue", first,
                      "x-first-death-exchange", "amq.direct"));
        });
  }

  @Test
  void lastDeathIsSummedUpFrom40() throws Exception {
    onBothTypes(
        type -> {
          String last = classic();
          String middle = queue(type, to(last));
          String first = queue(type, to(middle));
          publish(first, properties().expiration("20").build(), "0");
          reject(middle);
          assertThat(texts(next(last), "x-last-death"))
              .isEqualTo(
                  broker.since("4.0")
                      ? Map.of(
                          "x-last-death-reason", "rejected",
                          "x-last-death-queue", middle,
                          "x-last-death-exchange", "")
                      : Map.of());
        });
  }

  @Test
  void historySuppliedByTheClientCountsOnlyBefore40() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead));
          publish(queue, properties().headers(historyOf(queue)).build(), "0");
          reject(queue);
          assertThat(deaths(next(dead)).stream().map(death -> death.get("count")).toList())
              .containsExactly(broker.since("4.0") ? 1L : 6L);
        });
  }

  @Test
  void historySuppliedByTheClientArrivesWithItsMessage() throws Exception {
    onBothTypes(
        type -> {
          String queue = queue(type);
          publish(queue, properties().headers(historyOf(queue)).build(), "0");
          assertThat(deaths(next(queue)).get(0)).containsEntry("count", 5L);
        });
  }

  @Test
  void ownHeadersStayBesideTheHistory() throws Exception {
    onBothTypes(
        type -> {
          String dead = classic();
          String queue = queue(type, to(dead));
          publish(queue, properties().headers(Map.of("mine", 1)).build(), "0");
          reject(queue);
          List<String> names = new ArrayList<>(next(dead).getProps().getHeaders().keySet());
          List<String> expected =
              new ArrayList<>(
                  List.of(
                      "mine",
                      "x-death",
                      "x-first-death-exchange",
                      "x-first-death-queue",
                      "x-first-death-reason"));
          if (broker.since("4.0")) {
            expected.addAll(
                List.of("x-last-death-exchange", "x-last-death-queue", "x-last-death-reason"));
          }
          assertThat(names).containsExactlyInAnyOrderElementsOf(expected);
        });
  }

  private static Map<String, Object> historyOf(String queue) {
    Map<String, Object> death = new HashMap<>();
    death.put("count", 5L);
    death.put("reason", "rejected");
    death.put("queue", queue);
    death.put("time", Date.from(Instant.ofEpochSecond(1_700_000_000L)));
    death.put("exchange", "");
    death.put("routing-keys", List.of(queue));
    return Map.of("x-death", List.of(death));
  }

  private static Map<String, String> texts(GetResponse letter, String prefix) {
    Map<String, String> texts = new HashMap<>();
    letter
        .getProps()
        .getHeaders()
        .forEach(
            (name, value) -> {
              if (name.startsWith(prefix)) {
                texts.put(name, value.toString());
              }
            });
    return texts;
  }
}

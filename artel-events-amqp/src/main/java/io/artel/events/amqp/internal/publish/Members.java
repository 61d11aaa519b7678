package io.artel.events.amqp.internal.publish;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Several brokers, none of which knows the others, and which of them an event goes to.
 *
 * <p>A key goes to the broker that it prefers among those that are there. A broker counts as there
 * until it has been waited for too long: a connection that comes back at once moves no key. Events
 * without a key have no such patience, since nothing is lost by going elsewhere.
 */
final class Members {

  private static final Logger log = LoggerFactory.getLogger(Members.class);

  private final List<BrokerPublishers> members;
  private final Spread spread;
  private final AtomicInteger turn = new AtomicInteger();

  Members(List<BrokerPublishers> members, Spread spread) {
    this.members = List.copyOf(members);
    this.spread = spread;
  }

  /** The publisher for this. */
  ConfirmedPublisher choose(Subject subject) {
    return choose(subject, Set.of());
  }

  private ConfirmedPublisher choose(Subject subject, Set<ConfirmedPublisher> notThese) {
    Object key = subject.key();
    return key == null || spread.keysInTurn()
        ? inTurn(key == null ? subject.id() : key, notThese)
        : preferred(key, notThese);
  }

  private ConfirmedPublisher preferred(Object key, Set<ConfirmedPublisher> notThese) {
    ConfirmedPublisher best = null;
    boolean bestIsAway = true;
    long most = Long.MIN_VALUE;
    for (BrokerPublishers member : members) {
      ConfirmedPublisher publisher = member.of(key);
      if (notThese.contains(publisher)) {
        continue;
      }
      boolean away = publisher.fitness().isAway(spread.patience());
      long preference = member.preference(key);
      if (best == null || (away == bestIsAway ? preference > most : bestIsAway)) {
        best = publisher;
        bestIsAway = away;
        most = preference;
      }
    }
    return best != null ? best : members.get(0).of(key);
  }

  private ConfirmedPublisher inTurn(Object key, Set<ConfirmedPublisher> notThese) {
    int first = Math.floorMod(turn.getAndIncrement(), members.size());
    ConfirmedPublisher present = null;
    for (int i = 0; i < members.size(); i++) {
      ConfirmedPublisher publisher = members.get((first + i) % members.size()).of(key);
      if (notThese.contains(publisher)) {
        continue;
      }
      if (publisher.fitness().isFine()) {
        return publisher;
      }
      if (present == null && !publisher.fitness().isAway(spread.patience())) {
        present = publisher;
      }
    }
    return present != null ? present : members.get(first).of(key);
  }

  /**
   * Gives what has waited too long for a broker to others, if there is one that takes it.
   *
   * @return who has something to send now
   */
  Set<ConfirmedPublisher> failOver() {
    Map<ConfirmedPublisher, Integer> takers = new LinkedHashMap<>();
    for (BrokerPublishers member : members) {
      for (ConfirmedPublisher publisher : member.all()) {
        if (publisher.fitness().isAway(spread.patience()) && hasOther(member)) {
          handOver(publisher, Set.copyOf(member.all()), takers);
        }
      }
    }
    return takers.keySet();
  }

  private boolean hasOther(BrokerPublishers away) {
    return members.stream()
        .filter(member -> member != away)
        .flatMap(member -> member.all().stream())
        .anyMatch(publisher -> publisher.fitness().isFine());
  }

  private void handOver(
      ConfirmedPublisher from,
      Set<ConfirmedPublisher> notThese,
      Map<ConfirmedPublisher, Integer> takers) {
    List<Pending> moved = from.handOver();
    for (Pending pending : moved) {
      ConfirmedPublisher taker = choose(pending.subject, notThese);
      taker.takeOver(pending);
      takers.merge(taker, 1, Integer::sum);
    }
    if (!moved.isEmpty()) {
      log.warn("{}: {} messages are given to other brokers: {}", from, moved.size(), takers);
    }
  }
}

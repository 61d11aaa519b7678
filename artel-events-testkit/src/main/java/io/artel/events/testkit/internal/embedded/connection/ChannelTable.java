package io.artel.events.testkit.internal.embedded.connection;

import io.artel.events.testkit.internal.embedded.channel.Channel;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The channels of one connection, by their numbers. */
final class ChannelTable {
  private final Map<Integer, Channel> open = new LinkedHashMap<>();
  private final Map<Integer, Assembler> assemblers = new HashMap<>();

  /** Channels that the broker has ended and whose clients have not agreed yet. */
  private final Set<Integer> ending = new HashSet<>();

  private final Set<Channel> unflushed = new LinkedHashSet<>();

  @Nullable Channel get(int number) {
    return open.get(number);
  }

  /** {@return those that are open, in the order in which they were opened} */
  List<Channel> all() {
    return List.copyOf(open.values());
  }

  int size() {
    return open.size();
  }

  /** {@return what makes methods and contents of a channel's frames} */
  Assembler assembler(int number, IntFunction<Assembler> factory) {
    return assemblers.computeIfAbsent(number, factory::apply);
  }

  void open(int number, int largestCount, IntFunction<Channel> factory) {
    if (open.containsKey(number)) {
      throw ReplyCode.CHANNEL_ERROR.error("second 'channel.open' seen");
    }
    if (open.size() >= largestCount) {
      throw ReplyCode.NOT_ALLOWED.error(
          "number of channels opened ("
              + open.size()
              + ") has reached the negotiated channel_max ("
              + largestCount
              + ")");
    }
    open.put(number, factory.apply(number));
  }

  /** Ends a channel; no effect if it is not open. */
  void release(int number) {
    assemblers.remove(number);
    Channel channel = open.remove(number);
    if (channel != null) {
      unflushed.remove(channel);
      channel.close();
    }
  }

  void releaseAll() {
    List.copyOf(open.keySet()).forEach(this::release);
  }

  /** Ends a channel because of its error; its client has to agree. */
  void fail(int number) {
    Channel channel = open.get(number);
    if (channel != null) {
      channel.flush();
    }
    release(number);
    ending.add(number);
  }

  /** Whether the client has not agreed yet to the end of a channel. */
  boolean isEnding(int number) {
    return ending.contains(number);
  }

  void ended(int number) {
    ending.remove(number);
  }

  /** {@return the channels of such consumers} */
  List<Integer> consuming(Collection<Object> consumers) {
    return open.values().stream()
        .filter(channel -> consumers.contains(channel.consumerIdentity()))
        .map(Channel::number)
        .toList();
  }

  void flushLater(Channel channel) {
    unflushed.add(channel);
  }

  boolean hasUnflushed() {
    return !unflushed.isEmpty();
  }

  /** Sends what has gathered in channels: their confirms. */
  void flush() {
    List<Channel> all = new ArrayList<>(unflushed);
    unflushed.clear();
    all.forEach(Channel::flush);
  }

  void flushAll() {
    all().forEach(Channel::flush);
  }
}

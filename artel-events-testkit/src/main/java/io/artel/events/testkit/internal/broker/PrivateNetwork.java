package io.artel.events.testkit.internal.broker;

import io.artel.events.testkit.BrokerUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A network of some members, each in a network namespace of its own, joined by a switch that this
 * machine is on as well. Needs root on Linux, and {@code ip}.
 *
 * <p>Each namespace is held by a process, and so is that of the switch, which all cables end in:
 * what is left of the network goes away with them, with this JVM at the latest.
 */
final class PrivateNetwork implements AutoCloseable {
  private static final String CABLE_TO_THIS_MACHINE =
      """
      ip link add "$0" type veth peer name door netns "$1" &&
        ip addr add "$2/24" dev "$0" && ip link set "$0" up
      """;

  private static final String SWITCH =
      "ip link add switch type bridge && ip link set switch up && ip link set door master switch"
          + " up";

  private static final String CABLE_TO_MEMBER =
      """
      ip link add "member$0" type veth peer name eth0 netns "$1" &&
        ip link set "member$0" master switch up
      """;

  private static final String MEMBER =
      "ip link set lo up && ip addr add \"$0/24\" dev eth0 && ip link set eth0 up";

  /** A network card that no one has: what is sent to it is never heard of again. */
  private static final String NOBODY = "02:00:00:00:00:01";

  /** Members are numbered from here on in their network, after this machine. */
  private static final int FIRST_MEMBER = 11;

  private static final int NETWORKS = 512;
  private static final int BYTE = 256;
  private static final int TRIES = 100;

  private final Path folder;
  private final String prefix = freePrefix();

  /** This machine's end of the cable to the switch. */
  private final String cable = "artel" + Integer.toHexString(ThreadLocalRandom.current().nextInt());

  private final WatchedProcess hub;
  private final List<WatchedProcess> members = new ArrayList<>();

  /**
   * Builds it.
   *
   * @throws BrokerUnavailableException if this machine cannot have it
   */
  PrivateNetwork(int size) {
    try {
      folder = Files.createTempDirectory("artel-network-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    hub = namespace(folder);
    try {
      awaitNamespace(hub);
      run(List.of("sh", "-c", CABLE_TO_THIS_MACHINE, cable, pid(hub), prefix + 1));
      run(seenBy(hub, List.of("sh", "-c", SWITCH)));
      for (int i = 0; i < size; i++) {
        WatchedProcess member = namespace(null);
        members.add(member);
        awaitNamespace(member);
        run(seenBy(hub, List.of("sh", "-c", CABLE_TO_MEMBER, String.valueOf(i), pid(member))));
        run(seenBy(i, List.of("sh", "-c", MEMBER, address(i))));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** What this machine's end of its cable is called among network interfaces. */
  String cable() {
    return cable;
  }

  /** How many members it has. */
  int size() {
    return members.size();
  }

  /** The address of a member, for all of them and for this machine. */
  String address(int member) {
    return prefix + (FIRST_MEMBER + member);
  }

  /** The command line that runs a command where a member is. */
  List<String> seenBy(int member, List<String> command) {
    return seenBy(members.get(member), command);
  }

  /**
   * From now on nothing that one member sends arrives at the other, in silence; the way back and
   * that to this machine stay open.
   */
  void cut(int from, int to) {
    run(
        seenBy(
            from,
            List.of(
                "ip",
                "neigh",
                "replace",
                address(to),
                "lladdr",
                NOBODY,
                "dev",
                "eth0",
                "nud",
                "permanent")));
  }

  /** All arrives again. */
  void heal() {
    for (int from = 0; from < size(); from++) {
      run(seenBy(from, List.of("ip", "neigh", "flush", "dev", "eth0", "nud", "permanent")));
    }
  }

  @Override
  public void close() {
    members.forEach(WatchedProcess::end);
    hub.end();
  }

  private WatchedProcess namespace(@Nullable Path toRemove) {
    return new WatchedProcess(
        List.of("unshare", "--net", "sleep", "infinity"), Map.of(), log(), toRemove);
  }

  private Path log() {
    return folder.resolve("network.log");
  }

  private void awaitNamespace(WatchedProcess holder) {
    boolean settled = Waiting.until(() -> !holder.running() || isApart(holder));
    if (!settled || !holder.running()) {
      throw unavailable("this user cannot make a network namespace");
    }
  }

  private static boolean isApart(WatchedProcess holder) {
    try {
      Path ours = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
      return !Files.readSymbolicLink(Path.of("/proc/" + holder.pid() + "/ns/net")).equals(ours);
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  private static List<String> seenBy(WatchedProcess holder, List<String> command) {
    List<String> entering = new ArrayList<>();
    entering.addAll(List.of("nsenter", "--net=/proc/" + holder.pid() + "/ns/net"));
    entering.addAll(command);
    return entering;
  }

  private static String pid(WatchedProcess process) {
    return String.valueOf(process.pid());
  }

  private static void run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(Waiting.LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw unavailable("'ip' did not end within " + Waiting.LIMIT);
      }
      if (process.exitValue() != 0) {
        throw unavailable("'ip' ended with status " + process.exitValue() + ": " + said.strip());
      }
    } catch (IOException e) {
      throw unavailable(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      throw Waiting.interrupted(e);
    }
  }

  private static BrokerUnavailableException unavailable(String why) {
    return new BrokerUnavailableException(
        "A cluster needs a network of its own, which takes root on Linux and the program 'ip' of"
            + " the package iproute2, and cannot be built here: "
            + why
            + ".",
        true,
        null);
  }

  /**
   * The first three numbers of addresses that nobody on this machine has, of those that are for
   * trials of networks.
   */
  private static String freePrefix() {
    for (int i = 0; i < TRIES; i++) {
      int number = ThreadLocalRandom.current().nextInt(NETWORKS);
      String prefix = "198." + (18 + number / BYTE) + "." + number % BYTE + ".";
      try {
        if (NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .map(InetAddress::getHostAddress)
            .noneMatch(address -> address.startsWith(prefix))) {
          return prefix;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw unavailable("the addresses of 198.18.0.0/15 are taken");
  }
}

package io.artel.events.testkit.internal.broker;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Where a node of RabbitMQ lives, what it is called, and what its configuration says of others.
 *
 * @param host the address that it listens on
 * @param nodeName its name among nodes
 * @param configuration lines for {@code rabbitmq.conf} besides those of every node
 * @param erlangArguments what its runtime is told besides
 * @param cookie what nodes of a cluster know each other by; empty for one that is alone
 * @param entering turns a command line into one that runs where the node is
 */
record Seat(
    String host,
    NodePorts ports,
    String nodeName,
    String configuration,
    String erlangArguments,
    String cookie,
    UnaryOperator<List<String>> entering) {

  /** So many ports more are tried where the one for rabbitmqctl is taken. */
  private static final int TOOL_PORTS = 9;

  private static final String QUIET =
      "+B i +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {%s}";

  /** Nodes that hear nothing of each other for so many seconds count as gone, give or take. */
  private static final int TICK_SECONDS = 15;

  /** The ports of a node. */
  record NodePorts(int amqp, int management, int prometheus, int epmd, int distribution, int tool) {

    /** Those that RabbitMQ has by default, for a node that has an address for itself. */
    private static final NodePorts USUAL =
        new NodePorts(5672, 15_672, 15_692, 4369, 25_672, 35_672);

    private static NodePorts free() {
      return new NodePorts(
          Ports.free(), Ports.free(), Ports.free(), Ports.free(), Ports.free(), Ports.free());
    }
  }

  /** On the loopback interface of this machine. */
  static Seat alone() {
    return new Seat(
        "127.0.0.1", NodePorts.free(), "artel@localhost", "", "", "", UnaryOperator.identity());
  }

  /** As one of those that share a network. */
  static Seat member(PrivateNetwork network, int member, String version, String cookie) {
    return new Seat(
        network.address(member),
        NodePorts.USUAL,
        nodeName(network, member),
        clustering(network, version),
        " -kernel net_ticktime " + TICK_SECONDS,
        cookie,
        command -> network.seenBy(member, command));
  }

  /** What a member's node is called. */
  static String nodeName(PrivateNetwork network, int member) {
    return "artel@" + network.address(member);
  }

  private static String clustering(PrivateNetwork network, String version) {
    StringBuilder lines = new StringBuilder("loopback_users = none\n");
    lines.append("cluster_formation.peer_discovery_backend = classic_config\n");
    for (int i = 0; i < network.size(); i++) {
      lines
          .append("cluster_formation.classic_config.nodes.")
          .append(i + 1)
          .append(" = ")
          .append(nodeName(network, i))
          .append('\n');
    }
    if (Versions.isBefore(version, "4.3")) {
      // With Khepri, a minority cannot change anything anyway.
      lines.append("cluster_partition_handling = pause_minority\n");
    }
    if (Versions.isBefore(version, "4.0")) {
      lines.append("cluster_formation.randomized_startup_delay_range.min = 0\n");
      lines.append("cluster_formation.randomized_startup_delay_range.max = 1\n");
    }
    return lines.toString();
  }

  /** The content of {@code rabbitmq.conf}. */
  String configurationFile() {
    return """
        listeners.tcp.local = %1$s:%2$d
        management.tcp.ip = %1$s
        management.tcp.port = %3$d
        prometheus.tcp.ip = %1$s
        prometheus.tcp.port = %4$d
        collect_statistics_interval = 1000
        disk_free_limit.absolute = 10MB
        vm_memory_high_watermark.absolute = 2GB
        log.console = true
        log.file = false
        """
            .formatted(host, ports.amqp, ports.management, ports.prometheus)
        + configuration;
  }

  /** What the node and its tools find in their environment. */
  Map<String, String> environment() {
    Map<String, String> variables = new HashMap<>();
    variables.put("ERL_EPMD_ADDRESS", host);
    variables.put("ERL_EPMD_PORT", String.valueOf(ports.epmd));
    variables.put("RABBITMQ_NODENAME", nodeName);
    variables.put("RABBITMQ_USE_LONGNAME", String.valueOf(!cookie.isEmpty()));
    variables.put("RABBITMQ_DIST_PORT", String.valueOf(ports.distribution));
    // Nobody holds it between two commands, so that others may have taken it by then.
    variables.put("RABBITMQ_CTL_DIST_PORT_MIN", String.valueOf(ports.tool));
    variables.put("RABBITMQ_CTL_DIST_PORT_MAX", String.valueOf(ports.tool + TOOL_PORTS));
    variables.put(
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
        QUIET.formatted(host.replace('.', ',')) + erlangArguments);
    return variables;
  }
}

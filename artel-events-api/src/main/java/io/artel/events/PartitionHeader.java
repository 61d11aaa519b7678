package io.artel.events;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The header by which a publisher says which partition an event goes to, where {@link
 * QueueSpec.Partitioner#PUBLISHER} spreads an ordered set. There is one for each size of such sets,
 * {@code partition_of_8} for example, with the number of the partition, from 0, as an integer: the
 * CRC-32 of the session's id in UTF-8, modulo the size. In Python that is {@code
 * zlib.crc32(session_id.encode()) % 8}.
 */
public final class PartitionHeader {

  private static final String PREFIX = "partition_of_";

  private PartitionHeader() {}

  /** The name of the header for sets of so many partitions. */
  public static String name(int partitions) {
    return PREFIX + partitions;
  }

  /** Whether a header of this name is one of them. */
  public static boolean isName(String header) {
    return header.startsWith(PREFIX);
  }

  /**
   * The partition of a key among so many, from 0.
   *
   * @param key what the {@code session_id} header says: the session's id, or else the event's
   */
  public static int partition(String key, int partitions) {
    CRC32 crc = new CRC32();
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    return (int) (crc.getValue() % partitions);
  }

  /**
   * The sizes for which events of this topology carry a header, former ones included, since the
   * broker may have either while the number of partitions changes; none costs nothing.
   */
  public static List<Integer> sizes(Topology topology) {
    return topology.queues().stream()
        .filter(queue -> queue.partitioner() == QueueSpec.Partitioner.PUBLISHER)
        .flatMap(queue -> Stream.concat(queue.formerGenerations().stream(), Stream.of(queue)))
        .map(QueueSpec::partitions)
        .distinct()
        .toList();
  }
}

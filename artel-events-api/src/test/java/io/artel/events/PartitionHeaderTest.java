package io.artel.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.QueueSpec.Partitioner;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartitionHeaderTest {

  /** The numbers are what Python's {@code zlib.crc32(key.encode()) % n} gives. */
  @ParameterizedTest
  @CsvSource({
    "6fa459ea-ee8a-3ca4-894e-db77e160355e,3,87",
    "00000000-0000-0000-0000-000000000000,1,25",
    "шар,5,25",
    "'',0,0",
  })
  void partitionShouldBeTheOneThatPythonServicesComputeToo(String key, int ofEight, int ofMany) {
    assertThat(PartitionHeader.partition(key, 8)).isEqualTo(ofEight);
    assertThat(PartitionHeader.partition(key, 100)).isEqualTo(ofMany);
  }

  @Test
  void sessionsShouldSpreadOverAllPartitions() {
    assertThat(
            Stream.generate(UUID::randomUUID)
                .limit(2000)
                .map(session -> PartitionHeader.partition(session.toString(), 8))
                .distinct())
        .containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void onlySetsThatPublishersSpreadShouldNeedAHeader() {
    Topology topology =
        Topology.on("artel.events")
            .queue("plain.queue", q -> q)
            .queue("brokers.queue", q -> q.partitions(4));

    assertThat(PartitionHeader.sizes(topology)).isEmpty();
    assertThat(
            PartitionHeader.sizes(
                topology
                    .queue("one.queue", q -> q.partitions(8, Partitioner.PUBLISHER))
                    .queue("two.queue", q -> q.partitions(8, Partitioner.PUBLISHER))))
        .containsExactly(8);
    assertThat(
            PartitionHeader.sizes(
                topology.queue(
                    "changed.queue", q -> q.partitions(12, Partitioner.PUBLISHER).formerly(8))))
        .containsExactly(8, 12);
    assertThat(PartitionHeader.isName(PartitionHeader.name(8))).isTrue();
    assertThat(PartitionHeader.isName("session_id")).isFalse();
  }
}

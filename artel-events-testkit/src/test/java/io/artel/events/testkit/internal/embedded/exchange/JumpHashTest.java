package io.artel.events.testkit.internal.embedded.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JumpHashTest {

  @ParameterizedTest
  @CsvSource({
    "'', 9, 45",
    "a, 6, 47",
    "order-1, 9, 37",
    "order-42, 8, 31",
    "a-much-longer-routing-key-that-spans-blocks, 7, 7"
  })
  void choosesTheBucketsThatErlangChooses(String key, long ofTen, long ofHundred) {
    assertThat(JumpHash.bucket(ErlangHash.of(key), 10)).isEqualTo(ofTen);
    assertThat(JumpHash.bucket(ErlangHash.of(key), 100)).isEqualTo(ofHundred);
  }

  @Test
  void oneBucketTakesAll() {
    assertThat(JumpHash.bucket(112802447, 1)).isZero();
  }

  @Test
  void aKeyMovesOnlyToTheBucketThatIsAdded() {
    for (int key = 0; key < 1_000; key++) {
      long before = JumpHash.bucket(key, 12);
      long after = JumpHash.bucket(key, 13);
      assertThat(after).isIn(before, 12L);
    }
  }
}

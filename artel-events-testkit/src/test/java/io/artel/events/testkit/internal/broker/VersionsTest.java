package io.artel.events.testkit.internal.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionsTest {
  @ParameterizedTest
  @CsvSource({
    "4.3.6, 4.3, true",
    "4.3.6, 4.3.6, true",
    "4.3.6, 4, true",
    "4.30.0, 4.3, false",
    "4.3.6, 3.10, false",
    "4.3.6, 4.3.60, false"
  })
  void firstNumbersShouldDecide(String version, String wanted, boolean belongs) {
    assertThat(Versions.belongs(version, wanted)).isEqualTo(belongs);
  }

  @ParameterizedTest
  @CsvSource({"3.9.27, 3.10.8", "3.13.7, 4.0.5", "4.3.6, 4.3.10", "4.3, 4.3.1"})
  void numbersShouldBeComparedAsNumbers(String older, String newer) {
    assertThat(Versions.OLDEST_FIRST.compare(older, newer)).isNegative();
    assertThat(Versions.OLDEST_FIRST.compare(newer, older)).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "3.13.7, 4.0, true",
    "4.0.5, 4.0, false",
    "4.0.5, 4.3, true",
    "4.3.6, 4.3, false",
    "4.3.0-rc.1, 4.3, false",
    "4.10.0, 4.3, false",
    "5.0.0, 4.3, false"
  })
  void newerVersionsShouldHaveWhatCameWithOlderOnes(String version, String since, boolean before) {
    assertThat(Versions.isBefore(version, since)).isEqualTo(before);
  }
}

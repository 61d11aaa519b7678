package io.artel.events.examples.game;

import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.examples.contract.BilliardsEvents.PlayerResult;
import io.artel.events.examples.game.KolkhozSettlement.Tally;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class KolkhozSettlementTest {

  @Provide
  Arbitrary<List<Tally>> tallies() {
    return Arbitraries.integers()
        .between(-30, 42)
        .list()
        .ofMinSize(2)
        .ofMaxSize(6)
        .map(KolkhozSettlementTest::tallies);
  }

  @Property
  void netResultsShouldSumToZero(
      @ForAll("tallies") List<Tally> tallies,
      @ForAll @LongRange(min = 1, max = KolkhozSettlement.MAX_STAKE) long stake) {
    List<PlayerResult> results = KolkhozSettlement.settle(tallies, stake);

    assertThat(results.stream().mapToLong(PlayerResult::netResult).sum()).isZero();
    assertThat(results.stream().mapToLong(PlayerResult::rublesEarned).sum())
        .isEqualTo(results.stream().mapToLong(PlayerResult::rublesPaid).sum());
    assertThat(results)
        .allSatisfy(
            result ->
                assertThat(result.netResult())
                    .isEqualTo(result.rublesEarned() - result.rublesPaid()));
  }

  @Property
  void everybodyShouldPayEachWhoScoredMoreTheDifferenceTimesTheStake(
      @ForAll("tallies") List<Tally> tallies, @ForAll @LongRange(min = 1, max = 100) long stake) {
    for (PlayerResult result : KolkhozSettlement.settle(tallies, stake)) {
      long differences = 0;
      for (Tally tally : tallies) {
        differences += Math.max(0, tally.score() - result.finalScore());
      }
      assertThat(result.rublesPaid()).isEqualTo(differences * stake);
    }
  }

  @Property
  void thePositionShouldBeOneMoreThanThereAreBetterScores(@ForAll("tallies") List<Tally> tallies) {
    List<PlayerResult> results = KolkhozSettlement.settle(tallies, 1);

    assertThat(results)
        .hasSameSizeAs(tallies)
        .isSortedAccordingTo((one, other) -> Integer.compare(one.position(), other.position()))
        .allSatisfy(
            result ->
                assertThat((long) result.position())
                    .isEqualTo(
                        1
                            + tallies.stream()
                                .filter(tally -> tally.score() > result.finalScore())
                                .count()));
  }

  @Property
  void theSeatShouldNotMatterForTheMoney(
      @ForAll("tallies") List<Tally> tallies, @ForAll long seed) {
    List<Tally> shuffled = new ArrayList<>(tallies);
    Collections.shuffle(shuffled, new Random(seed));

    assertThat(KolkhozSettlement.settle(shuffled, 10))
        .containsExactlyInAnyOrderElementsOf(KolkhozSettlement.settle(tallies, 10));
  }

  @Test
  void aGameOfThreeShouldBeSettledAsInTheReadme() {
    List<PlayerResult> results = KolkhozSettlement.settle(tallies(List.of(12, 5, -1)), 10);

    assertThat(results).extracting(PlayerResult::netResult).containsExactly(200L, -10L, -190L);
    assertThat(results).extracting(PlayerResult::rublesEarned).containsExactly(200L, 60L, 0L);
    assertThat(results).extracting(PlayerResult::rublesPaid).containsExactly(0L, 70L, 190L);
  }

  @Test
  void equalScoresShouldShareAPositionAndLeaveOutTheNext() {
    List<PlayerResult> results = KolkhozSettlement.settle(tallies(List.of(3, 7, 7, 1)), 10);

    assertThat(results).extracting(PlayerResult::position).containsExactly(1, 1, 3, 4);
    assertThat(results).extracting(PlayerResult::finalScore).containsExactly(7, 7, 3, 1);
    assertThat(KolkhozSettlement.winners(results)).hasSize(2);
    assertThat(KolkhozSettlement.soleWinner(results)).isEmpty();
  }

  @Test
  void nobodyShouldWinAGameInWhichAllAreEqual() {
    List<PlayerResult> results = KolkhozSettlement.settle(tallies(List.of(4, 4, 4)), 10);

    assertThat(results).extracting(PlayerResult::position).containsOnly(1);
    assertThat(KolkhozSettlement.winners(results)).isEmpty();
    assertThat(KolkhozSettlement.soleWinner(results)).isEmpty();
  }

  @Test
  void theHighestStakeShouldNotOverflow() {
    List<PlayerResult> results =
        KolkhozSettlement.settle(
            tallies(List.of(Integer.MAX_VALUE, Integer.MIN_VALUE)), KolkhozSettlement.MAX_STAKE);

    assertThat(results.get(0).rublesEarned())
        .isEqualTo(4_294_967_295L * KolkhozSettlement.MAX_STAKE);
  }

  private static List<Tally> tallies(List<Integer> scores) {
    List<Tally> tallies = new ArrayList<>();
    for (int i = 0; i < scores.size(); i++) {
      tallies.add(new Tally(new UUID(0, i), scores.get(i), Math.max(0, scores.get(i))));
    }
    return tallies;
  }
}

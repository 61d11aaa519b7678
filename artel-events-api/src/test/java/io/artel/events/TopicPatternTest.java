package io.artel.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicPatternTest {

  @ParameterizedTest
  @CsvSource({
    "game.*, game.started, true",
    "game.*, game, false",
    "game.*, game.ball.potted, false",
    "game.*, session.started, false",
    "*.*, game.started, true",
    "*, game.started, false",
    "game.started, game.started, true",
    "game.started, game.ended, false",
    "#, game.started, true",
    "#, game, true",
    "game.#, game, true",
    "game.#, game.ball.potted, true",
    "game.#, games.ended, false",
    "#.potted, game.ball.potted, true",
    "#.potted, potted, true",
    "#.potted, game.potted.ball, false",
    "*.#.potted, potted, false",
    "game.#.potted.#, game.a.potted.b.potted.c, true",
    "#.#, game, true",
    "ga*, game, false",
  })
  void patternShouldMatchAsRabbitMqDoes(String pattern, String key, boolean matches) {
    assertThat(TopicPattern.matches(pattern, key)).isEqualTo(matches);
  }

  @Test
  void emptyKeyShouldMatchHashOnlyAsAWord() {
    assertThat(TopicPattern.matches("#", "")).isTrue();
    assertThat(TopicPattern.matches("game.#", "")).isFalse();
  }
}

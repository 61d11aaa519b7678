package io.artel.events;

/**
 * RabbitMQ's topic matching: {@code *} is one word, {@code #} any number of words, none included.
 */
final class TopicPattern {

  private TopicPattern() {}

  static boolean matches(String pattern, String routingKey) {
    return matches(pattern.split("\\.", -1), 0, routingKey.split("\\.", -1), 0);
  }

  private static boolean matches(String[] pattern, int p, String[] words, int w) {
    if (p == pattern.length) {
      return w == words.length;
    }
    if (pattern[p].equals("#")) {
      return matches(pattern, p + 1, words, w)
          || (w < words.length && matches(pattern, p, words, w + 1));
    }
    return w < words.length
        && (pattern[p].equals("*") || pattern[p].equals(words[w]))
        && matches(pattern, p + 1, words, w + 1);
  }
}

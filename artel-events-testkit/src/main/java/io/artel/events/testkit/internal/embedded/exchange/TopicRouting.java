package io.artel.events.testkit.internal.embedded.exchange;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.ReplyCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Matches words between dots, where {@code *} in a binding stands for one word and {@code #} for
 * any number. The bindings form a tree of words; a key is followed through it word by word on all
 * paths at once, so that the effort is bounded by the size of the tree times the number of words.
 */
final class TopicRouting implements Routing {
  private static final String ONE_WORD = "*";
  private static final String ANY_WORDS = "#";
  private static final int MOST_ANY_WORDS = 2;

  private final Dialect dialect;
  private final Node root = new Node(false);

  /** Counts the words followed so far; nodes remember it so that none is entered twice for one. */
  private long step;

  TopicRouting(Dialect dialect) {
    this.dialect = dialect;
  }

  @Override
  public void checkBinding(String routingKey, FieldTable arguments) {
    if (!dialect.since(Dialect.V4_3)) {
      return;
    }
    long wildcards = words(routingKey).stream().filter(ANY_WORDS::equals).count();
    if (wildcards > MOST_ANY_WORDS) {
      throw ReplyCode.PRECONDITION_FAILED.error(
          "Topic binding key '%s' uses %d '#' wildcards, at most %d are allowed"
              .formatted(routingKey, wildcards, MOST_ANY_WORDS));
    }
  }

  @Override
  public void add(Binding binding) {
    Node node = root;
    for (String word : words(binding.routingKey())) {
      node = node.grow(word);
    }
    node.destinations.add(binding.destination());
  }

  @Override
  public void remove(Binding binding) {
    List<String> words = words(binding.routingKey());
    Deque<Node> path = new ArrayDeque<>();
    Node node = root;
    for (String word : words) {
      path.push(node);
      node = node.grow(word);
    }
    node.destinations.remove(binding.destination());
    for (int last = words.size() - 1; last >= 0 && node.isBare(); last--) {
      node = path.pop();
      node.prune(words.get(last));
    }
  }

  @Override
  public void route(Arrival arrival, Collection<Destination> matches) {
    for (String key : arrival.keys()) {
      for (Node node : follow(key)) {
        node.destinations.addTo(matches);
      }
    }
  }

  private List<Node> follow(String key) {
    List<Node> here = new ArrayList<>();
    step++;
    enter(root, here);
    if (key.isEmpty()) {
      return here;
    }
    List<Node> next = new ArrayList<>();
    int start = 0;
    while (start <= key.length() && !here.isEmpty()) {
      int dot = key.indexOf('.', start);
      int end = dot < 0 ? key.length() : dot;
      String word = key.substring(start, end);
      start = end + 1;
      step++;
      next.clear();
      for (Node node : here) {
        enter(node.words.get(word), next);
        enter(node.oneWord, next);
        enter(node.repeats ? node : null, next);
      }
      List<Node> left = here;
      here = next;
      next = left;
    }
    return here;
  }

  /** Enters a node, and those behind it that need no word. */
  private void enter(@Nullable Node entered, List<Node> nodes) {
    Node node = entered;
    while (node != null && node.enteredAt != step) {
      node.enteredAt = step;
      nodes.add(node);
      node = node.anyWords;
    }
  }

  /** An empty key has no words, not one empty word. */
  private static List<String> words(String key) {
    return key.isEmpty() ? List.of() : List.of(key.split("\\.", -1));
  }

  /** Where the bindings end that share the words on the way here, and how they go on. */
  private static final class Node {
    final Map<String, Node> words = new HashMap<>();
    final Destinations destinations = new Destinations();

    /** Whether this is a {@code #}, which also takes the next word. */
    final boolean repeats;

    @Nullable Node oneWord;
    @Nullable Node anyWords;
    long enteredAt;

    Node(boolean repeats) {
      this.repeats = repeats;
    }

    Node grow(String word) {
      Node next =
          switch (word) {
            case ONE_WORD -> oneWord;
            case ANY_WORDS -> anyWords;
            default -> words.get(word);
          };
      return next != null ? next : sprout(word);
    }

    private Node sprout(String word) {
      Node next = new Node(word.equals(ANY_WORDS));
      switch (word) {
        case ONE_WORD -> oneWord = next;
        case ANY_WORDS -> anyWords = next;
        default -> words.put(word, next);
      }
      return next;
    }

    void prune(String word) {
      switch (word) {
        case ONE_WORD -> oneWord = null;
        case ANY_WORDS -> anyWords = null;
        default -> words.remove(word);
      }
    }

    boolean isBare() {
      return words.isEmpty() && oneWord == null && anyWords == null && destinations.isEmpty();
    }
  }
}

package io.artel.events.testkit.internal.assertions;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where two JSON trees differ. The order of keys does not count; {@code 4} and {@code 4.0} differ,
 * as they are an int and a float to a Python service.
 */
public final class JsonDifferences {
  private final String left;
  private final String right;
  private final Set<String> ignored;
  private final List<String> found = new ArrayList<>();

  private JsonDifferences(String left, String right, Set<String> ignored) {
    this.left = left;
    this.right = right;
    this.ignored = ignored;
  }

  /**
   * The differences, a line for each, beginning with its path, such as {@code
   * data.balls[2].points}.
   *
   * @param left what the first tree is called
   * @param right what the second tree is called
   * @param ignored paths that may differ, with all below them
   */
  public static List<String> of(
      String left, JsonNode first, String right, JsonNode second, Set<String> ignored) {
    JsonDifferences differences = new JsonDifferences(left, right, ignored);
    differences.compare("", first, second);
    return differences.found;
  }

  private void compare(String path, JsonNode first, JsonNode second) {
    if (ignored.contains(path)) {
      return;
    }
    if (first.isObject() && second.isObject()) {
      compareObjects(path, first, second);
    } else if (first.isArray() && second.isArray()) {
      compareArrays(path, first, second);
    } else if (!same(first, second)) {
      add(path, left + " has " + first + ", " + right + " has " + second);
    }
  }

  private void compareObjects(String path, JsonNode first, JsonNode second) {
    for (Map.Entry<String, JsonNode> entry : first.properties()) {
      String key = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
      JsonNode other = second.get(entry.getKey());
      if (other == null) {
        add(key, right + " has no such key, " + left + " has " + entry.getValue());
      } else {
        compare(key, entry.getValue(), other);
      }
    }
    for (Map.Entry<String, JsonNode> entry : second.properties()) {
      if (!first.has(entry.getKey())) {
        String key = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
        add(key, left + " has no such key, " + right + " has " + entry.getValue());
      }
    }
  }

  private void compareArrays(String path, JsonNode first, JsonNode second) {
    if (first.size() != second.size()) {
      add(path, left + " has " + first.size() + " elements, " + right + " has " + second.size());
    }
    Iterator<JsonNode> others = second.elements();
    int index = 0;
    for (JsonNode element : first) {
      if (!others.hasNext()) {
        return;
      }
      compare(path + "[" + index + "]", element, others.next());
      index++;
    }
  }

  private void add(String path, String what) {
    if (!ignored.contains(path)) {
      found.add((path.isEmpty() ? "the whole" : path) + ": " + what);
    }
  }

  private static boolean same(JsonNode first, JsonNode second) {
    if (first.isIntegralNumber() && second.isIntegralNumber()) {
      return first.bigIntegerValue().equals(second.bigIntegerValue());
    }
    if (first.isFloatingPointNumber() && second.isFloatingPointNumber()) {
      return first.decimalValue().compareTo(second.decimalValue()) == 0;
    }
    return first.equals(second);
  }
}

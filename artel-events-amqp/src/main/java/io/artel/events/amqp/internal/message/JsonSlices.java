package io.artel.events.amqp.internal.message;

/**
 * Finds where JSON values begin and end, without judging what is in them: strings and brackets are
 * all it knows. So a value with wrong bytes in it harms none beside it; whoever takes a value reads
 * it strictly. Never recurses, whatever the nesting.
 */
final class JsonSlices {

  /** In place of a position: there is no such value. */
  static final int NONE = -1;

  private JsonSlices() {}

  /** The first position from here on that is no white space; the end if there is none. */
  static int skipSpace(byte[] json, int from, int end) {
    int at = from;
    while (at < end && isSpace(json[at])) {
      at++;
    }
    return at;
  }

  /** The position behind the value that begins here, or {@link #NONE}. */
  static int endOfValue(byte[] json, int from, int end) {
    if (from >= end) {
      return NONE;
    }
    return switch (json[from]) {
      case '"' -> endOfString(json, from, end);
      case '{', '[' -> endOfBrackets(json, from, end);
      default -> endOfWord(json, from, end);
    };
  }

  /** The position behind the string that begins here, or {@link #NONE}. */
  static int endOfString(byte[] json, int from, int end) {
    for (int at = from + 1; at < end; at++) {
      if (json[at] == '\\') {
        at++;
      } else if (json[at] == '"') {
        return at + 1;
      }
    }
    return NONE;
  }

  private static int endOfBrackets(byte[] json, int from, int end) {
    int depth = 0;
    int at = from;
    while (at < end) {
      switch (json[at]) {
        case '{', '[' -> depth++;
        case '}', ']' -> {
          depth--;
          if (depth == 0) {
            return at + 1;
          }
        }
        case '"' -> {
          at = endOfString(json, at, end);
          if (at == NONE) {
            return NONE;
          }
          continue;
        }
        default -> {
          // part of a number, a literal, a separator or an error: the reader's business
        }
      }
      at++;
    }
    return NONE;
  }

  /** A number or a literal, or what somebody took for one. */
  private static int endOfWord(byte[] json, int from, int end) {
    int at = from;
    while (at < end && !isSpace(json[at]) && !isPunctuation(json[at])) {
      at++;
    }
    return at == from ? NONE : at;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private static boolean isPunctuation(byte b) {
    return b == ',' || b == ':' || b == '"' || b == '{' || b == '}' || b == '[' || b == ']';
  }
}

package io.artel.events;

import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads UUIDs as they come: 32 hexadecimal digits of any case, with all four hyphens or none. */
final class WireUuid {

  private static final byte[] DIGITS = new byte[128];

  static {
    Arrays.fill(DIGITS, (byte) -1);
    for (int digit = 0; digit < 16; digit++) {
      DIGITS[Character.forDigit(digit, 16)] = (byte) digit;
      DIGITS[Character.toUpperCase(Character.forDigit(digit, 16))] = (byte) digit;
    }
  }

  private WireUuid() {}

  /** The UUID, or null if the text is none. */
  static @Nullable UUID parse(char[] text, int start, int length) {
    long first;
    long second;
    long third;
    long fourth;
    if (length == 36) {
      if (text[start + 8] != '-'
          || text[start + 13] != '-'
          || text[start + 18] != '-'
          || text[start + 23] != '-') {
        return null;
      }
      first = hex(text, start, 8);
      second = (hex(text, start + 9, 4) << 16) | hex(text, start + 14, 4);
      third = (hex(text, start + 19, 4) << 16) | hex(text, start + 24, 4);
      fourth = hex(text, start + 28, 8);
    } else if (length == 32) {
      first = hex(text, start, 8);
      second = hex(text, start + 8, 8);
      third = hex(text, start + 16, 8);
      fourth = hex(text, start + 24, 8);
    } else {
      return null;
    }
    return (first | second | third | fourth) < 0
        ? null
        : new UUID((first << 32) | second, (third << 32) | fourth);
  }

  /** At most eight digits as a number, or a negative one if any of them is none. */
  private static long hex(char[] text, int start, int count) {
    long value = 0;
    for (int i = start; i < start + count; i++) {
      int digit = text[i] < 128 ? DIGITS[text[i]] : -1;
      if (digit < 0) {
        return Long.MIN_VALUE;
      }
      value = (value << 4) | digit;
    }
    return value;
  }
}

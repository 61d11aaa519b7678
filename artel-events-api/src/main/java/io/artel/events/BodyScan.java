package io.artel.events;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * One pass over a body before it is parsed, for what the parser would let through: bytes that are
 * not UTF-8 (overlong forms, encoded surrogates, code points beyond U+10FFFF), a byte order mark,
 * NUL bytes, and {@code \\u} escapes of half a surrogate pair.
 *
 * <p>Without NUL bytes and byte order marks the parser cannot take a body for UTF-16 or UTF-32.
 * Eight and then 32 bytes at a time are passed over while they are plain ASCII.
 */
final class BodyScan {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long TOPS = 0x8080_8080_8080_8080L;
  private static final long BACKSLASHES = ONES * '\\';

  private BodyScan() {}

  /** What is wrong with these bytes and where, or null if nothing is. */
  static @Nullable String complaint(byte[] body) {
    if (body.length >= 3
        && body[0] == (byte) 0xEF
        && body[1] == (byte) 0xBB
        && body[2] == (byte) 0xBF) {
      return "begins with a byte order mark";
    }
    int at = 0;
    while (at < body.length) {
      if (at + 8 <= body.length && isPlain(special(body, at))) {
        at += 8;
        while (at + 32 <= body.length && isPlain(body, at)) {
          at += 32;
        }
        continue;
      }
      byte first = body[at];
      if (first == 0) {
        return "has a NUL at byte " + at;
      }
      int length = first == '\\' ? escapeLength(body, at) : first > 0 ? 1 : utf8Length(body, at);
      if (length == 0) {
        return (first == '\\' ? "has half a surrogate pair at byte " : "is not UTF-8 at byte ")
            + at;
      }
      at += length;
    }
    return null;
  }

  /** Whether none of the 32 bytes from here on is zero, a backslash or beyond ASCII. */
  private static boolean isPlain(byte[] body, int at) {
    return isPlain(
        special(body, at)
            | special(body, at + 8)
            | special(body, at + 16)
            | special(body, at + 24));
  }

  private static boolean isPlain(long special) {
    return (special & TOPS) == 0;
  }

  /** Of eight bytes the top bits, set if any of them is zero, a backslash or beyond ASCII. */
  private static long special(byte[] body, int at) {
    long bytes = (long) LONGS.get(body, at);
    return bytes | (bytes - ONES) | ((bytes ^ BACKSLASHES) - ONES);
  }

  /** The length of the escape, or of the pair of escapes, that begins here; 0 for half a pair. */
  private static int escapeLength(byte[] body, int at) {
    int unit = escapedUnit(body, at);
    if (unit < 0) {
      return 2;
    }
    if (!Character.isSurrogate((char) unit)) {
      return 6;
    }
    int next = escapedUnit(body, at + 6);
    return Character.isHighSurrogate((char) unit)
            && next >= 0
            && Character.isLowSurrogate((char) next)
        ? 12
        : 0;
  }

  /** The UTF-16 unit that a {@code \\uXXXX} escape stands for; negative if here is none. */
  private static int escapedUnit(byte[] body, int at) {
    if (at + 6 > body.length || body[at] != '\\' || body[at + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = at + 2; i < at + 6; i++) {
      int digit = Character.digit(body[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = (unit << 4) | digit;
    }
    return unit;
  }

  /** The length of the UTF-8 sequence that begins here (Unicode, table 3-7); 0 if it is none. */
  private static int utf8Length(byte[] body, int at) {
    int first = body[at] & 0xFF;
    if (first >= 0xC2 && first <= 0xDF) {
      return continues(body, at + 1, 1, 0x80, 0xBF) ? 2 : 0;
    }
    if (first >= 0xE0 && first <= 0xEF) {
      int low = first == 0xE0 ? 0xA0 : 0x80;
      int high = first == 0xED ? 0x9F : 0xBF;
      return continues(body, at + 1, 2, low, high) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
      int low = first == 0xF0 ? 0x90 : 0x80;
      int high = first == 0xF4 ? 0x8F : 0xBF;
      return continues(body, at + 1, 3, low, high) ? 4 : 0;
    }
    return 0;
  }

  /** Whether so many continuation bytes follow, of which the first is in this range. */
  private static boolean continues(byte[] body, int at, int count, int low, int high) {
    if (at + count > body.length || (body[at] & 0xFF) < low || (body[at] & 0xFF) > high) {
      return false;
    }
    for (int i = at + 1; i < at + count; i++) {
      if ((body[i] & 0xC0) != 0x80) {
        return false;
      }
    }
    return true;
  }
}

package io.artel.events;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes points in time: {@code 2026-11-23T05:47:00.123456}, with {@code T} or a space,
 * none to nine fraction digits, and no zone (which means UTC), {@code Z} or an offset such as
 * {@code +03:00}, {@code +0300} or {@code +03}.
 */
final class WireTime {

  /** Up to the seconds: {@code 2026-11-23T05:47:00}. */
  private static final int SHORTEST = 19;

  private static final int MAX_OFFSET_HOURS = 18;

  private WireTime() {}

  /** The instant, or null if the text is none. Never throws. */
  static @Nullable Instant parse(char[] text, int start, int length) {
    if (length < SHORTEST) {
      return null;
    }
    int end = start + length;
    char between = text[start + 10];
    if (text[start + 4] != '-'
        || text[start + 7] != '-'
        || (between != 'T' && between != 't' && between != ' ')
        || text[start + 13] != ':'
        || text[start + 16] != ':') {
      return null;
    }
    int year = number(text, start, 4);
    int month = number(text, start + 5, 2);
    int day = number(text, start + 8, 2);
    int hour = number(text, start + 11, 2);
    int minute = number(text, start + 14, 2);
    int second = number(text, start + 17, 2);
    if (year < 1 || (month | day) < 1 || (hour | minute | second) < 0) {
      return null;
    }
    if (hour > 23 || minute > 59 || second > 59) {
      return null;
    }
    int at = start + SHORTEST;
    int nanos = 0;
    if (at < end && text[at] == '.') {
      int digits = 0;
      at++;
      while (at < end && digits < 9 && text[at] >= '0' && text[at] <= '9') {
        nanos = nanos * 10 + (text[at] - '0');
        digits++;
        at++;
      }
      if (digits == 0) {
        return null;
      }
      for (; digits < 9; digits++) {
        nanos *= 10;
      }
    }
    int offset = offsetSeconds(text, at, end);
    if (offset == Integer.MIN_VALUE) {
      return null;
    }
    try {
      long days = LocalDate.of(year, month, day).toEpochDay();
      return Instant.ofEpochSecond(
          days * 86_400 + hour * 3_600L + minute * 60L + second - offset, nanos);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Writes the instant, in whole microseconds, and returns how many characters it took. */
  static int write(Instant instant, TimestampStyle style, char[] text) {
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(instant.getEpochSecond(), instant.getNano(), ZoneOffset.UTC);
    digits(text, 0, 4, time.getYear());
    text[4] = '-';
    digits(text, 5, 2, time.getMonthValue());
    text[7] = '-';
    digits(text, 8, 2, time.getDayOfMonth());
    text[10] = 'T';
    digits(text, 11, 2, time.getHour());
    text[13] = ':';
    digits(text, 14, 2, time.getMinute());
    text[16] = ':';
    digits(text, 17, 2, time.getSecond());
    text[19] = '.';
    digits(text, 20, 6, time.getNano() / 1_000);
    if (style == TimestampStyle.RFC3339) {
      text[26] = 'Z';
      return 27;
    }
    return 26;
  }

  /** How many characters {@link #write} needs at most. */
  static final int LONGEST_WRITTEN = 27;

  /** Seconds east of UTC; zero where the text ends without a zone; MIN_VALUE for anything odd. */
  private static int offsetSeconds(char[] text, int at, int end) {
    int left = end - at;
    if (left == 0 || (left == 1 && (text[at] == 'Z' || text[at] == 'z'))) {
      return 0;
    }
    boolean colon = left == 6 && text[at + 3] == ':';
    if ((text[at] != '+' && text[at] != '-') || !(colon || left == 5 || left == 3)) {
      return Integer.MIN_VALUE;
    }
    int hours = number(text, at + 1, 2);
    int minutes = left == 3 ? 0 : number(text, end - 2, 2);
    if (hours < 0 || minutes < 0 || hours > MAX_OFFSET_HOURS || minutes > 59) {
      return Integer.MIN_VALUE;
    }
    int seconds = hours * 3_600 + minutes * 60;
    return text[at] == '-' ? -seconds : seconds;
  }

  /** A number of exactly so many digits, or a negative one if any of them is none. */
  private static int number(char[] text, int start, int count) {
    int value = 0;
    for (int i = start; i < start + count; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        return Integer.MIN_VALUE;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static void digits(char[] text, int start, int count, int value) {
    int rest = value;
    for (int i = start + count - 1; i >= start; i--) {
      text[i] = (char) ('0' + rest % 10);
      rest /= 10;
    }
  }
}

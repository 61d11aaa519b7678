package io.artel.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.artel.events.HostileInputs.Input;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Good bodies, bent at random: what comes out is an event or a refusal, and never anything else.
 */
class MutationFuzzTest {

  private static final int BODIES = 20_000;
  private static final int LONGEST = 4_000;
  private static final String[] FRAGMENTS = {
    "null",
    "NaN",
    "1e2000000000",
    "\\uD83C",
    "\\u0000",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "-",
    "\\",
    "\"data\":{}",
    "\"event_type\":\"test.double\"",
    "\"@class\":\"x\",",
    "\u00FF",
    "/*",
    "0",
    "\n"
  };

  private final EventCodec codec = EventCodec.create();

  @Test
  void mutatedBodyShouldBeAnEventOrMalformed() {
    List<byte[]> seeds =
        HostileInputs.all().stream()
            .filter(input -> !input.name().startsWith("truncated"))
            .filter(input -> input.verdict() != HostileInputs.Verdict.BAD)
            .map(Input::body)
            .map(body -> body.get())
            .filter(body -> body.length < LONGEST)
            .toList();
    Random random = new Random(20261123);
    int events = 0;
    int refusals = 0;
    for (int i = 0; i < BODIES; i++) {
      byte[] body = seeds.get(random.nextInt(seeds.size()));
      int mutations = 1 + random.nextInt(3);
      for (int m = 0; m < mutations; m++) {
        body = mutate(body, seeds, random);
      }
      if (isEvent(i, body)) {
        events++;
      } else {
        refusals++;
      }
    }

    assertThat(events).isGreaterThan(BODIES / 100);
    assertThat(refusals).isGreaterThan(BODIES / 2);
  }

  private boolean isEvent(int number, byte[] body) {
    try {
      Event<?> event = codec.decode(body, Payloads.CATALOG);
      assertThat(codec.decode(codec.encode(event), Payloads.CATALOG).id()).isEqualTo(event.id());
      return true;
    } catch (MalformedEventException e) {
      assertThat(e.getMessage()).isNotBlank().doesNotContain(HostileInputs.MARKER);
      return false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError("body " + number + ": " + HexFormat.of().formatHex(body), e);
    }
  }

  private static byte[] mutate(byte[] body, List<byte[]> seeds, Random random) {
    if (body.length == 0) {
      return body;
    }
    int at = random.nextInt(body.length);
    int to = Math.min(body.length, at + random.nextInt(20));
    byte[] before = Arrays.copyOf(body, at);
    return switch (random.nextInt(8)) {
      case 0 ->
          join(
              before,
              new byte[] {(byte) (body[at] ^ (1 << random.nextInt(8)))},
              tail(body, at + 1));
      case 1 -> join(before, new byte[] {(byte) random.nextInt(256)}, tail(body, at + 1));
      case 2 -> join(before, new byte[] {(byte) random.nextInt(256)}, tail(body, at));
      case 3 -> join(before, new byte[0], tail(body, to));
      case 4 -> join(before, Arrays.copyOfRange(body, at, to), tail(body, at));
      case 5 -> join(before, fragment(random), tail(body, at));
      case 6 -> join(before, fragment(random), tail(body, to));
      default -> {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        yield join(before, new byte[0], tail(other, Math.min(at, other.length)));
      }
    };
  }

  private static byte[] fragment(Random random) {
    return FRAGMENTS[random.nextInt(FRAGMENTS.length)].getBytes(UTF_8);
  }

  private static byte[] tail(byte[] body, int from) {
    return Arrays.copyOfRange(body, Math.min(from, body.length), body.length);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}

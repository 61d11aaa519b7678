package io.artel.events;

import static io.artel.events.Bodies.DATA;
import static io.artel.events.Bodies.afterGood;
import static io.artel.events.Bodies.data;
import static io.artel.events.Bodies.dataFirst;
import static io.artel.events.Bodies.json;
import static io.artel.events.Bodies.keys;
import static io.artel.events.Bodies.latin1;
import static io.artel.events.Bodies.manyKeys;
import static io.artel.events.Bodies.nested;
import static io.artel.events.Bodies.onlyRequired;
import static io.artel.events.Bodies.padded;
import static io.artel.events.Bodies.typed;
import static io.artel.events.Bodies.unknown;
import static io.artel.events.Bodies.with;
import static io.artel.events.Bodies.withClassName;
import static io.artel.events.Bodies.withText;
import static io.artel.events.Bodies.without;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Bodies that nobody should send, by name, and odd ones that are fine nevertheless.
 *
 * <p>The bodies contain {@link #MARKER}, so that a test can look for it where no content may be.
 * They are bound by {@link Payloads#CATALOG}.
 */
public final class HostileInputs {

  /** A text in the payload that must not appear in reasons, logs and headers. */
  public static final String MARKER = "S3CRET_MARKER";

  /** What a decoder has to make of a body. */
  public enum Verdict {
    /** No event, whoever reads it. */
    BAD,
    /** An event, but its data does not fit the class of its type. */
    BAD_FOR_ITS_CLASS,
    /** An event. */
    GOOD
  }

  /** One body; made anew for each call, since some are large. */
  public record Input(String name, Verdict verdict, Supplier<byte[]> body) {
    @Override
    public String toString() {
      return name;
    }
  }

  private final List<Input> inputs = new ArrayList<>();

  private HostileInputs() {}

  /** All of them; names are unique. */
  public static List<Input> all() {
    HostileInputs corpus = new HostileInputs();
    corpus.sizes();
    corpus.notJson();
    corpus.bytes();
    corpus.surrogates();
    corpus.envelope();
    corpus.identifiersAndTimes();
    corpus.payloads();
    corpus.truncated();
    corpus.good();
    return List.copyOf(corpus.inputs);
  }

  private void sizes() {
    bad("empty body", "");
    bad("nothing but spaces", "   \n\t ");
    bad("one byte more than the limit", () -> padded(EventCodec.DEFAULT_MAX_BYTES + 1));
    bad("16 MiB of good JSON", () -> padded(16 * 1024 * 1024));
    bad("a text of 20 MB", () -> withText("x".repeat(20_000_000)).getBytes(UTF_8));
    bad("a wide array as the body", () -> ("[0" + ",0".repeat(500_000) + "]").getBytes(UTF_8));
    bad("a wide array of arrays", () -> ("[[]" + ",[]".repeat(300_000) + "]").getBytes(UTF_8));
    bad("100,000 arrays deep", () -> "[".repeat(100_000).getBytes(UTF_8));
    bad("100,000 objects deep", () -> "{\"a\":".repeat(100_000).getBytes(UTF_8));
    bad("100,000 arrays deep in data", () -> data("[".repeat(100_000)));
    bad("100,000 objects deep in an unknown key", () -> unknown("{\"a\":".repeat(100_000)));
    bad("depth 101 in data", with("data", nested("{\"a\":", "1", "}", 100)));
    bad("depth 101 in an unknown key", with("extra", nested("[", "1", "]", 100)));
    bad("depth 101 in data before its type", dataFirst(nested("{\"a\":", "1", "}", 100)));
    bad("key of 50,000 characters", with("k".repeat(50_000), "1"));
    bad("key of 50,000 characters in data", with("data", "{\"" + "k".repeat(50_000) + "\":1}"));
    bad("retries of 5,000 digits", with("retries", "9".repeat(5_000)));
    bad("retries of 1e2000000000", with("retries", "1e2000000000"));
    bad("unknown key of 5,000 digits", with("extra", "9".repeat(5_000)));
    bad("unknown key of 5,000 fraction digits", with("extra", "0." + "9".repeat(5_000)));
    bad("unknown key of 1e2000000000", with("extra", "1e2000000000"));
    bad("unknown key of 1e-2000000000", with("extra", "1e-2000000000"));
    bad("unknown key of 1e99999999999", with("extra", "1e99999999999"));
    bad("tree of 1e2000000000", typed("test.unknown", "{\"v\":1e2000000000}"));
    bad("tree of 5,000 digits", typed("test.unknown", "{\"v\":" + "9".repeat(5_000) + "}"));
  }

  private void notJson() {
    for (String body :
        List.of("null", "true", "7", "\"text\"", "[]", "[{}]", "{", "}", "{]", "x")) {
      bad("body " + body, body);
    }
    bad("empty object", "{}");
    bad("a block comment", json(keys()).replace("{\"event_id\"", "{/* c */\"event_id\""));
    bad("a line comment", json(keys()).replace("{\"event_id\"", "{// c\n\"event_id\""));
    bad("a hash comment", json(keys()).replace("{\"event_id\"", "{# c\n\"event_id\""));
    bad("single quotes", json(keys()).replace('"', '\''));
    bad("keys without quotes", json(keys()).replace("\"retries\"", "retries"));
    bad("a comma at the end", json(keys()).replaceAll("}$", ",}"));
    bad("two commas", json(keys()).replace(",\"retries\"", ",,\"retries\""));
    bad("a missing comma", json(keys()).replace(",\"retries\"", " \"retries\""));
    bad("a missing colon", json(keys()).replace("\"retries\":", "\"retries\" "));
    bad("a line break in a text", withText("\n"));
    bad("a tab in a text", withText("\t"));
    bad("an escape that is none", withText("\\q"));
    bad("half a unicode escape", withText("\\u12"));
    bad("a backslash at the end", json(keys()) + "\\");
    for (String number : List.of("007", "+5", ".5", "5.", "0x10", "1_000", "1e", "--1", "NaN")) {
      bad("retries " + number, with("retries", number));
    }
    for (String number : List.of("NaN", "Infinity", "-Infinity", "+Infinity", "INF")) {
      bad("data with " + number, typed("test.double", "{\"value\":" + number + "}"));
      bad("unknown key " + number, with("extra", number));
    }
    for (String tail : List.of("{}", "null", "1", "]", "}", ",", "x", "/* c */", "\"", ":")) {
      bad("followed by " + tail, afterGood(tail));
    }
    bad("two events", afterGood(" " + json(keys())));
    bad("two events in two lines", afterGood("\n" + json(keys())));
  }

  private void bytes() {
    bytes("C0 80", 0xC0, 0x80);
    bytes("C1 BF", 0xC1, 0xBF);
    bytes("overlong E0 80 80", 0xE0, 0x80, 0x80);
    bytes("overlong E0 9F BF", 0xE0, 0x9F, 0xBF);
    bytes("overlong F0 80 80 80", 0xF0, 0x80, 0x80, 0x80);
    bytes("overlong F0 8F BF BF", 0xF0, 0x8F, 0xBF, 0xBF);
    bytes("surrogate ED A0 80", 0xED, 0xA0, 0x80);
    bytes("surrogate pair as CESU-8", 0xED, 0xA0, 0xBC, 0xED, 0xBE, 0xB1);
    bytes("beyond U+10FFFF", 0xF4, 0x90, 0x80, 0x80);
    bytes("F5", 0xF5, 0x80, 0x80, 0x80);
    bytes("F8 of five bytes", 0xF8, 0x88, 0x80, 0x80, 0x80);
    bytes("FE", 0xFE);
    bytes("FF", 0xFF);
    bytes("lone continuation", 0x80);
    bytes("Latin-1 e acute", 0xE9);
    bytes("two of three bytes", 0xE2, 0x82);
    bytes("three of four bytes", 0xF0, 0x9F, 0x8E);
    bytes("NUL in a text", 0);
    bad("bytes after the end that are not UTF-8", () -> latin1(afterGood("\u00FF")));
    bad("half a character at the end", () -> latin1(afterGood(" \u00E2\u0082")));
    bad("NUL before the body", "\0" + json(keys()));
    bad("NUL after the body", afterGood("\0"));
    bad("NUL between keys", json(keys()).replace(",\"retries\"", ",\0\"retries\""));
    bad("not UTF-8 in an unknown key", () -> latin1(with("k\u00FF", "1")));
    bad("byte order mark", "\uFEFF" + json(keys()));
    for (String name :
        List.of("UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE")) {
      bad(name, () -> json(keys()).getBytes(Charset.forName(name)));
    }
    bad(
        "UTF-32 with a mark",
        () -> ("\uFEFF" + json(keys())).getBytes(Charset.forName("UTF-32BE")));
    bad("Java serialization", () -> new byte[] {(byte) 0xAC, (byte) 0xED, 0, 5, 0x73, 0x72});
    bad("gzip", () -> new byte[] {0x1F, (byte) 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0});
  }

  private void surrogates() {
    bad("high surrogate alone", withText("\\uD83C"));
    bad("high surrogate before text", withText("\\uD83Cxxxxxxxx"));
    bad("low surrogate alone", withText("\\uDFB1"));
    bad("low before high", withText("\\uDFB1\\uD83C"));
    bad("two high surrogates", withText("\\uD83C\\uD83C"));
    bad("high surrogate before another escape", withText("\\uD83C\\u0041"));
    bad("high surrogate before a line feed", withText("\\uD83C\\n"));
    bad("lower-case high surrogate", withText("\\ud83c"));
    bad("half a pair in an unknown key", with("k\\uD83C", "1"));
    bad("half a pair in a key of data", with("data", "{\"k\\uDFB1\":1}"));
    bad("half a pair after a backslash", withText("\\\\\\uD83C"));
  }

  private void envelope() {
    for (String key : keys().keySet()) {
      String value = keys().get(key);
      bad(key + " twice", json(keys()).replaceFirst("\\{", "{\"" + key + "\":" + value + ","));
      String wrong = key.equals("data") ? "\"" + MARKER + "\"" : "{\"a\":\"" + MARKER + "\"}";
      bad(key + " of another kind", with(key, wrong));
      bad(key + " as an array", with(key, "[\"" + MARKER + "\"]"));
      bad(key + " as a boolean", with(key, "true"));
      bad(key + " as a fraction", with(key, "1.5"));
      bad(key + " as an empty text", with(key, "\"\""));
    }
    for (String key : List.of("event_id", "event_type", "timestamp", "source_service", "data")) {
      bad(key + " missing", without(key));
      bad(key + " null", with(key, "null"));
      bad(key + " as a number", with(key, "5"));
    }
    for (String key : List.of("correlation_id", "user_id", "session_id", "game_id")) {
      bad(key + " as a number", with(key, "5"));
    }
    for (String key : List.of("priority", "retries", "max_retries")) {
      bad(key + " null", with(key, "null"));
      bad(key + " as text", with(key, "\"5\""));
      bad(key + " with a fraction of zero", with(key, "5.0"));
      bad(key + " with an exponent", with(key, "5e0"));
      bad(key + " negative", with(key, "-1"));
      bad(key + " of 2^31", with(key, "2147483648"));
      bad(key + " of 2^63", with(key, "9223372036854775808"));
      bad(key + " NaN as text", with(key, "\"NaN\""));
    }
    for (String number : List.of("0", "2", "11", "\"URGENT\"", "\" HIGH\"", "\"8\"")) {
      bad("priority " + number, with("priority", number));
    }
    bad("unknown key twice", json(keys()).replaceFirst("\\{", "{\"x\":1,\"x\":2,"));
    bad("unknown key twice, once null", json(keys()).replaceFirst("\\{", "{\"x\":null,\"x\":2,"));
    bad(
        "event_id twice, once with escapes",
        json(keys()).replaceFirst("\\{", "{\"\\\\u0065vent_id\":" + keys().get("event_id") + ","));
    bad(
        "event_type twice, the second one another",
        with("event_type", "\"a.b\",\"event_type\":\"c.d\""));
    bad("keys in camel case", json(keys()).replace("event_id", "eventId"));
    for (String type :
        List.of(
            "game",
            ".game",
            "game.",
            "a..b",
            "game.*",
            "#",
            "a b.c",
            "игра.шар",
            "a.b\\n",
            "a/b.c")) {
      bad("event_type " + type, with("event_type", "\"" + type + "\""));
    }
    bad("event_type of 256 characters", with("event_type", "\"a." + "b".repeat(254) + "\""));
    for (String service : List.of(" ", "\\t", "a\\u0000b", "a\\r\\nb", "\\u001b[31m")) {
      bad("source_service " + service, with("source_service", "\"" + service + "\""));
    }
    bad("source_service of 256 bytes", with("source_service", "\"" + "я".repeat(128) + "\""));
  }

  private void identifiersAndTimes() {
    for (String id :
        List.of(
            "0",
            "00000000-0000-0000-0000-00000000111",
            "00000000-0000-0000-0000-0000000011111",
            "0000000000000-0000-0000-0000000011111",
            "00000000_0000_0000_0000_000000001111",
            "g0000000-0000-0000-0000-000000001111",
            "-0000000-0000-0000-0000-000000001111",
            "{00000000-0000-0000-0000-00000001111}",
            "urn:uuid:00000000-0000-0000-0000-000000001111",
            " 00000000-0000-0000-0000-00000000111",
            "00000000-0000-0000-0000-00000000111\\u0660",
            "0000000000000000000000000000111",
            "000000000000000000000000000-1111")) {
      bad("event_id " + id, with("event_id", "\"" + id + "\""));
      bad("session_id " + id, with("session_id", "\"" + id + "\""));
    }
    for (String time :
        List.of(
            "now",
            "2026-11-23",
            "2026-11-23T05:47",
            "2026-11-23T05:47:0",
            "20261123T054700.123",
            "2026-11-23T05:47:00.",
            "2026-11-23T05:47:00.Z",
            "2026-11-23T05:47:00,5",
            "2026-11-23T05:47:00.1234567890",
            "2026-11-23T05:47:00[UTC]",
            "2026-11-23T05:47:00Z[UTC]",
            "2026-11-23T05:47:00ZZ",
            "2026-11-23T05:47:00+",
            "2026-11-23T05:47:00+3",
            "2026-11-23T05:47:00+03:0",
            "2026-11-23T05:47:00+03-00",
            "2026-11-23T05:47:00+25:00",
            "2026-11-23T05:47:00+03:60",
            "2026-11-23T24:00:00",
            "2026-11-23T05:60:00",
            "2026-11-23T05:47:60",
            "2026-13-01T05:47:00",
            "2026-00-01T05:47:00",
            "2026-02-30T05:47:00",
            "2026-11-00T05:47:00",
            "0000-01-01T00:00:00",
            "-001-01-01T00:00:00",
            "10000-01-01T00:00:00",
            "0001-01-01T00:00:00+01:00",
            "9999-12-31T23:59:59-01:00",
            "2026-11-23X05:47:00",
            "2026-11-23T05:47:0\\u0660")) {
      bad("timestamp " + time, with("timestamp", "\"" + time + "\""));
    }
    bad("timestamp as seconds", with("timestamp", "1795412820"));
    bad("timestamp as parts", with("timestamp", "[2026,11,23,5,47]"));
  }

  private void payloads() {
    misfit("a primitive missing", with("data", DATA.replace(",\"total_score\":12", "")));
    misfit("a primitive null", with("data", DATA.replace("12", "null")));
    for (String value :
        List.of("\"5\"", "1.5", "1.0", "1e3", "2147483648", "true", "{}", "[1]", "\"\"")) {
      misfit("int " + value, typed("test.int", "{\"value\":" + value + "}"));
    }
    for (String type : List.of("int", "long", "float", "double", "big_integer", "decimal")) {
      misfit(type + " 1e2000000000", typed("test." + type, "{\"value\":1e2000000000}"));
      misfit(
          type + " of 5,000 digits",
          typed("test." + type, "{\"value\":" + "9".repeat(5_000) + "}"));
      misfit(type + " NaN as text", typed("test." + type, "{\"value\":\"NaN\"}"));
      misfit(type + " of a text", typed("test." + type, "{\"value\":\"" + MARKER + "\"}"));
    }
    misfit(
        "decimal of 1e2000000000 as text", typed("test.decimal", "{\"value\":\"1e2000000000\"}"));
    misfit("big integer of 1e99999", typed("test.big_integer", "{\"value\":1e99999}"));
    for (String value : List.of("1e400", "\"Infinity\"", "\"-INF\"", "\"1.5\"", "\"\"", "null")) {
      misfit("double " + value, typed("test.double", "{\"value\":" + value + "}"));
    }
    misfit("float 1e40", typed("test.float", "{\"value\":1e40}"));
    misfit("doubles with NaN as text", typed("test.doubles", "{\"values\":[1,\"NaN\"]}"));
    misfit("doubles with 1e400", typed("test.doubles", "{\"values\":[1,1e400]}"));
    misfit("doubles as one", typed("test.doubles", "{\"values\":1}"));
    for (String value : List.of("1", "\"true\"", "\"\"", "0.5", "null")) {
      misfit("boolean " + value, typed("test.boolean", "{\"value\":" + value + "}"));
    }
    for (String value : List.of("1", "1.5", "true", "{}", "[\"a\"]")) {
      misfit("text " + value, typed("test.text", "{\"value\":" + value + "}"));
    }
    for (String value : List.of("\"\"", "\"" + MARKER + "\"", "1", "\"1-1-1-1-1\"")) {
      misfit("uuid " + value, typed("test.uuid", "{\"value\":" + value + "}"));
      misfit("enum " + value, typed("test.suit", "{\"value\":" + value + "}"));
      misfit("instant " + value, typed("test.instant", "{\"value\":" + value + "}"));
    }
    misfit("a class", typed("test.class", "{\"value\":\"java.lang.Runtime\"}"));
    misfit(
        "a class name where a field asks for one",
        typed("test.trusting", "{\"value\":{\"@class\":\"java.util.ArrayList\"}}"));
    misfit(
        "a class name of the right kind",
        typed(
            "test.holder",
            "{\"value\":{\"@class\":\"io.artel.events.Payloads$Gadget\",\"value\":1}}"));
    misfit("a kind that does not exist", typed("test.shape", "{\"kind\":\"" + MARKER + "\"}"));
    misfit("no kind", typed("test.shape", "{\"radius\":1}"));
    misfit("a record that refuses", typed("test.positive", "{\"points\":-1}"));
    misfit("a record that needs a name", typed("test.required", "{\"name\":null}"));
    misfit(
        "a nested mismatch",
        typed("test.table", "{\"balls\":[{\"points\":1},{\"points\":\"x\"}]}"));
    misfit(
        "a mismatch under a key of a map",
        typed("test.table", "{\"pockets\":{\"" + MARKER + "\":{\"points\":\"x\"}}}"));
    misfit("an array for a record", typed("test.table", "{\"pockets\":{\"a\":[1]}}"));
  }

  private void truncated() {
    String body = json(keys());
    for (int length = 1; length < body.length(); length++) {
      bad("truncated to " + length + " bytes", body.substring(0, length));
    }
  }

  private void good() {
    good("as written by this library", json(keys()));
    good("exactly as long as allowed", () -> padded(EventCodec.DEFAULT_MAX_BYTES));
    good(
        "spaces everywhere", " \n\t\r" + json(keys()).replace(",", " ,\n").replace(":\"", " : \""));
    good("unknown keys", with("tenant", "{\"a\":[1,2.50,null,\"x\"]}"));
    good("20,000 unknown keys", () -> manyKeys(20_000));
    good("a class name in data", with("data", withClassName(DATA)));
    good("a class name in the envelope", with("@class", "\"javax.script.ScriptEngineManager\""));
    good(
        "a class name as the type",
        typed("java.lang.Runtime", "{\"@class\":\"java.lang.Runtime\"}"));
    good(
        "a class name in a map",
        typed("test.map", "{\"a\":[\"java.util.ArrayList\",{\"@c\":\".X\"}]}"));
    good(
        "uuids without hyphens",
        json(keys()).replaceAll("(\\w{8})-(\\w{4})-(\\w{4})-(\\w{4})-", "$1$2$3$4"));
    good("uuids in upper case", with("user_id", "\"ABCDEFAB-CDEF-ABCD-EFAB-CDEFABCDEFAB\""));
    good("data first", dataFirst(DATA));
    good("data first, as a tree", dataFirst("{\"v\":[0.1,12345678901234567890]}", "test.unknown"));
    good("depth 100 in data", typed("test.unknown", nested("{\"a\":", "1", "}", 99)));
    good(
        "depth 100 in data before its type",
        dataFirst(nested("{\"a\":", "1", "}", 99), "test.unknown"));
    good("only what is required", onlyRequired());
    good("priority by name", with("priority", "\"critical\""));
    good("the highest counts", with("retries", "2147483647"));
    good("a key with escapes", json(keys()).replace("\"retries\"", "\"\\u0072etries\""));
    good("a pair of surrogates", withText("\\uD83C\\uDFB1\\ud83c\\udfb1"));
    good("an escaped backslash before u", withText("\\\\uD83C"));
    good("an escaped NUL", withText("\\u0000"));
    good(
        "every length of UTF-8",
        withText("\u007F\u0080\u07FF\u0800\uD7FF\uE000\uFFFF\uD800\uDC00\uDBFF\uDFFF"));
    good("a byte order mark inside a text", withText("\uFEFF"));
    good("a key twice in data", with("data", DATA.replace("{", "{\"ball_points\":1,")));
    good("unknown fields in data", with("data", DATA.replace("{", "{\"x\":[{}],")));
    good("an empty record", typed("test.nothing", "{\"x\":1}"));
    good("a kind that exists", typed("test.shape", "{\"kind\":\"square\",\"side\":3}"));
    good("a decimal as text", typed("test.decimal", "{\"value\":\"1.10\"}"));
    good("an integer for a double", typed("test.double", "{\"value\":5}"));
    good("a naive time in data", typed("test.instant", "{\"value\":\"2026-11-23T05:47:00\"}"));
    good("150,000 empty arrays", () -> data("{\"a\":[[]" + ",[]".repeat(150_000) + "]}"));
    good("150,000 empty objects", () -> data("{\"a\":[{}" + ",{}".repeat(150_000) + "]}"));
    good("100,000 small objects", () -> data("{\"a\":[{}" + ",{\"b\":1}".repeat(100_000) + "]}"));
    for (String time :
        List.of(
            "2026-11-23T05:47:00",
            "2026-11-23 05:47:00.1",
            "2026-11-23t05:47:00z",
            "2026-11-23T05:47:00.123456789Z",
            "2026-11-23T05:47:00+03:00",
            "2026-11-23T05:47:00-0330",
            "2026-11-23T05:47:00+05",
            "2024-02-29T23:59:59",
            "0001-01-01T00:00:00",
            "9999-12-31T23:59:59.999999")) {
      good("timestamp " + time, with("timestamp", "\"" + time + "\""));
    }
  }

  private void bytes(String name, int... values) {
    StringBuilder text = new StringBuilder();
    for (int value : values) {
      text.append((char) value);
    }
    bad("bytes " + name, () -> latin1(withText(text.toString())));
  }

  private void bad(String name, String body) {
    bad(name, () -> body.getBytes(UTF_8));
  }

  private void bad(String name, Supplier<byte[]> body) {
    inputs.add(new Input(name, Verdict.BAD, body));
  }

  private void misfit(String name, String body) {
    inputs.add(new Input(name, Verdict.BAD_FOR_ITS_CLASS, () -> body.getBytes(UTF_8)));
  }

  private void good(String name, String body) {
    good(name, () -> body.getBytes(UTF_8));
  }

  private void good(String name, Supplier<byte[]> body) {
    inputs.add(new Input("good: " + name, Verdict.GOOD, body));
  }
}

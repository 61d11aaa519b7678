package io.artel.events;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Bodies of events as text, to be bent for a test. */
final class Bodies {

  private Bodies() {}

  static final String DATA =
      "{\"player_id\":\"00000000-0000-0000-0000-0000000000a1\",\"ball_color\":\""
          + HostileInputs.MARKER
          + "\",\"ball_points\":4,\"total_score\":12,\"turn_position\":1}";

  /** The keys of a good event, in order, with their values as JSON. */
  static Map<String, String> keys() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("event_id", "\"00000000-0000-0000-0000-000000001111\"");
    keys.put("event_type", "\"game.ball_potted\"");
    keys.put("timestamp", "\"2026-11-23T05:47:00.123456\"");
    keys.put("source_service", "\"game_service\"");
    keys.put("correlation_id", "\"00000000-0000-0000-0000-000000009999\"");
    keys.put("priority", "8");
    keys.put("retries", "0");
    keys.put("max_retries", "3");
    keys.put("user_id", "\"00000000-0000-0000-0000-0000000000a1\"");
    keys.put("session_id", "\"00000000-0000-0000-0000-0000000000b2\"");
    keys.put("game_id", "null");
    keys.put("data", DATA);
    return keys;
  }

  /** A good event. */
  static String json(Map<String, String> keys) {
    StringBuilder json = new StringBuilder("{");
    keys.forEach(
        (key, value) ->
            json.append(json.length() == 1 ? "" : ",")
                .append('"')
                .append(key)
                .append("\":")
                .append(value));
    return json.append('}').toString();
  }

  /** A good event, but for one key. */
  static String with(String key, String value) {
    Map<String, String> keys = keys();
    keys.put(key, value);
    return json(keys);
  }

  /** An event of a type, with this data. */
  static String typed(String type, String data) {
    Map<String, String> keys = keys();
    keys.put("event_type", "\"" + type + "\"");
    keys.put("data", data);
    return json(keys);
  }

  static String withText(String text) {
    return with("data", DATA.replace(HostileInputs.MARKER, HostileInputs.MARKER + text));
  }

  static String without(String key) {
    Map<String, String> keys = keys();
    keys.remove(key);
    return json(keys);
  }

  static String afterGood(String tail) {
    return json(keys()) + tail;
  }

  static byte[] latin1(String body) {
    return body.getBytes(ISO_8859_1);
  }

  static byte[] data(String json) {
    return typed("test.unknown", json).getBytes(UTF_8);
  }

  static byte[] unknown(String json) {
    return with("extra", json).getBytes(UTF_8);
  }

  static byte[] padded(int length) {
    return withText("x".repeat(length - json(keys()).length())).getBytes(UTF_8);
  }

  static String nested(String open, String middle, String close, int depth) {
    return open.repeat(depth) + middle + close.repeat(depth);
  }

  static String dataFirst(String data) {
    return dataFirst(data, "game.ball_potted");
  }

  static String dataFirst(String data, String type) {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("data", data);
    keys.putAll(keys());
    keys.put("data", data);
    keys.put("event_type", "\"" + type + "\"");
    return json(keys);
  }

  static String withClassName(String data) {
    return data.replace("{", "{\"@class\":\"javax.script.ScriptEngineManager\",");
  }

  static String onlyRequired() {
    Map<String, String> keys = keys();
    keys.keySet()
        .retainAll(List.of("event_id", "event_type", "timestamp", "source_service", "data"));
    return json(keys);
  }

  static byte[] manyKeys(int count) {
    Map<String, String> keys = keys();
    for (int i = 0; i < count; i++) {
      keys.put("k" + i, "1");
    }
    return json(keys).getBytes(UTF_8);
  }
}

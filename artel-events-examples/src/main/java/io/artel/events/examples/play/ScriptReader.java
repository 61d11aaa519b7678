package io.artel.events.examples.play;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.artel.events.examples.game.Ball;
import io.artel.events.examples.game.Foul;
import io.artel.events.examples.game.KolkhozSettlement;
import io.artel.events.examples.play.ScriptAction.Kind;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads scripts: one JSON object per line, empty lines apart. */
final class ScriptReader {

  /** The session of lines that name none. */
  static final String DEFAULT_SESSION = "main";

  /** The table of games that name none. */
  static final String DEFAULT_TABLE = "table 1";

  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_LINE = 10_000;

  private static final Map<Kind, Set<String>> KEYS =
      Map.of(
          Kind.JOIN, Set.of("player"),
          Kind.START, Set.of("stake", "table"),
          Kind.POT, Set.of("player", "ball"),
          Kind.FOUL, Set.of("player", "reason"),
          Kind.TURN, Set.of("player"),
          Kind.END, Set.of(),
          Kind.CLOSE, Set.of());

  private final JsonMapper mapper =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Reads a whole file.
   *
   * @throws ScriptException if the file or one of its lines cannot be read
   */
  List<ScriptAction> read(Path file) throws ScriptException {
    List<ScriptAction> actions = new ArrayList<>();
    int number = 0;
    for (String line : lines(file)) {
      number++;
      try {
        read(line, number).ifPresent(actions::add);
      } catch (ScriptException e) {
        throw new ScriptException("script " + file + ", line " + number + ": " + e.getMessage());
      }
    }
    if (actions.isEmpty()) {
      throw new ScriptException("script " + file + " has no actions");
    }
    return actions;
  }

  private static List<String> lines(Path file) throws ScriptException {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new ScriptException("script " + file + " does not exist");
    } catch (CharacterCodingException e) {
      throw new ScriptException("script " + file + " is not text in UTF-8");
    } catch (IOException e) {
      throw new ScriptException(
          "script "
              + file
              + " cannot be read"
              + (Files.isDirectory(file) ? ": it is a folder" : ": is it allowed to?"));
    }
  }

  /**
   * Reads one line.
   *
   * @return empty for an empty line
   * @throws ScriptException with the reason only
   */
  Optional<ScriptAction> read(String line, int number) throws ScriptException {
    if (line.isBlank()) {
      return Optional.empty();
    }
    JsonNode json = parse(line);
    Kind kind = kind(json);
    checkKeys(json, kind);
    String session = text(json, "session");
    String player = text(json, "player");
    String table = text(json, "table");
    if (kind == Kind.JOIN && player == null) {
      throw new ScriptException("join needs a \"player\"");
    }
    return Optional.of(
        new ScriptAction(
            number,
            kind,
            session != null ? session : DEFAULT_SESSION,
            player,
            kind == Kind.POT ? ball(json) : null,
            kind == Kind.FOUL ? foul(json) : null,
            stake(json),
            table != null ? table : DEFAULT_TABLE));
  }

  private JsonNode parse(String line) throws ScriptException {
    if (line.length() > LONGEST_LINE) {
      throw new ScriptException(
          "the line is " + line.length() + " characters long, at most " + LONGEST_LINE + " fit");
    }
    JsonNode json;
    try {
      json = mapper.readTree(line);
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new ScriptException("this is no JSON object: " + reason);
    }
    if (!json.isObject()) {
      throw new ScriptException("this is no JSON object: an action is written in braces");
    }
    return json;
  }

  private static Kind kind(JsonNode json) throws ScriptException {
    String word = text(json, "action");
    for (Kind kind : Kind.values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    throw new ScriptException(
        (word == null ? "\"action\" is missing" : "there is no action \"" + word + "\"")
            + "; it is one of "
            + Arrays.stream(Kind.values()).map(Kind::word).collect(Collectors.joining(", ")));
  }

  private static void checkKeys(JsonNode json, Kind kind) throws ScriptException {
    Set<String> own = KEYS.getOrDefault(kind, Set.of());
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      String key = field.getKey();
      if (!key.equals("action") && !key.equals("session") && !own.contains(key)) {
        Set<String> known = new TreeSet<>(own);
        known.add("session");
        throw new ScriptException(
            kind.word() + " knows no \"" + key + "\", only " + String.join(", ", known));
      }
    }
  }

  private static Ball ball(JsonNode json) throws ScriptException {
    String color = text(json, "ball");
    return Ball.of(String.valueOf(color))
        .orElseThrow(
            () ->
                new ScriptException(
                    (color == null ? "pot needs a \"ball\"" : "there is no " + color + " ball")
                        + "; balls are "
                        + words(Ball.values())));
  }

  private static Foul foul(JsonNode json) throws ScriptException {
    String reason = text(json, "reason");
    return Foul.of(String.valueOf(reason))
        .orElseThrow(
            () ->
                new ScriptException(
                    (reason == null
                            ? "foul needs a \"reason\""
                            : "there is no foul \"" + reason + "\"")
                        + "; fouls are "
                        + words(Foul.values())));
  }

  private static @Nullable Long stake(JsonNode json) throws ScriptException {
    JsonNode stake = json.get("stake");
    if (stake == null) {
      return null;
    }
    if (!stake.isIntegralNumber()
        || !stake.canConvertToLong()
        || stake.longValue() < 1
        || stake.longValue() > KolkhozSettlement.MAX_STAKE) {
      throw new ScriptException(
          "\"stake\" must be a whole number of rubles per point, 1 to "
              + KolkhozSettlement.MAX_STAKE);
    }
    return stake.longValue();
  }

  private static @Nullable String text(JsonNode json, String key) throws ScriptException {
    JsonNode value = json.get(key);
    if (value == null) {
      return null;
    }
    String text = value.isTextual() ? value.textValue() : "";
    if (text.isBlank()
        || text.length() > LONGEST_NAME
        || text.chars().anyMatch(Character::isISOControl)) {
      throw new ScriptException(
          "\"" + key + "\" must be a text of 1 to " + LONGEST_NAME + " printable characters");
    }
    return text.strip();
  }

  private static String words(Enum<?>[] values) {
    return Arrays.stream(values)
        .map(value -> value.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}

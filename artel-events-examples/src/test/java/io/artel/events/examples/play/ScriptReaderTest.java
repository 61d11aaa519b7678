package io.artel.events.examples.play;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.artel.events.examples.game.Ball;
import io.artel.events.examples.game.Foul;
import io.artel.events.examples.play.ScriptAction.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptReaderTest {

  private final ScriptReader reader = new ScriptReader();

  @TempDir private Path folder = Path.of("");

  @Test
  void everyActionShouldBeReadWithItsDefaults() throws ScriptException {
    assertThat(reader.read("{\"action\":\"join\",\"player\":\" Anna \"}", 3))
        .contains(new ScriptAction(3, Kind.JOIN, "main", "Anna", null, null, null, "table 1"));
    assertThat(
            reader.read(
                "{\"action\":\"start\",\"session\":\"friday\",\"stake\":20,\"table\":\"7\"}", 1))
        .contains(new ScriptAction(1, Kind.START, "friday", null, null, null, 20L, "7"));
    assertThat(reader.read("{\"action\":\"pot\",\"ball\":\"red\"}", 1))
        .contains(new ScriptAction(1, Kind.POT, "main", null, Ball.RED, null, null, "table 1"));
    assertThat(reader.read("{\"action\":\"foul\",\"player\":\"A\",\"reason\":\"no_contact\"}", 1))
        .contains(
            new ScriptAction(1, Kind.FOUL, "main", "A", null, Foul.NO_CONTACT, null, "table 1"));
    assertThat(reader.read("{\"action\":\"turn\"}", 1)).isPresent();
    assertThat(reader.read("{\"action\":\"end\"}", 1)).isPresent();
    assertThat(reader.read("{\"action\":\"close\"}", 1)).isPresent();
    assertThat(reader.read("   ", 1)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"action\":\"dance\"} | there is no action \"dance\"; it is one of join, start, pot",
        "{\"player\":\"Anna\"} | \"action\" is missing",
        "{\"action\":7} | \"action\" must be a text",
        "{\"action\":\"join\"} | join needs a \"player\"",
        "{\"action\":\"join\",\"player\":\"\"} | \"player\" must be a text of 1 to 100",
        "{\"action\":\"join\",\"player\":null} | \"player\" must be a text",
        "{\"action\":\"pot\"} | pot needs a \"ball\"; balls are white, yellow",
        "{\"action\":\"pot\",\"ball\":\"purple\"} | there is no purple ball",
        "{\"action\":\"foul\"} | foul needs a \"reason\"; fouls are no_contact",
        "{\"action\":\"foul\",\"reason\":\"rude\"} | there is no foul \"rude\"",
        "{\"action\":\"start\",\"stake\":0} | \"stake\" must be a whole number",
        "{\"action\":\"start\",\"stake\":1.5} | \"stake\" must be a whole number",
        "{\"action\":\"start\",\"stake\":99999999999999999999} | \"stake\" must be a whole number",
        "{\"action\":\"turn\",\"ball\":\"red\"} | turn knows no \"ball\", only player, session",
        "{\"action\":\"end\",\"action\":\"end\"} | no JSON object: Duplicate field",
        "{\"action\":\"end\"} {} | this is no JSON object",
        "{\"action\":\"end\" | this is no JSON object",
        "[\"end\"] | written in braces",
        "end | this is no JSON object",
      })
  void aLineThatIsNoActionShouldBeRefusedWithTheReason(String line, String reason) {
    assertThatThrownBy(() -> reader.read(line, 1))
        .isInstanceOf(ScriptException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void aLineOfEnormousLengthShouldBeRefused() {
    assertThatThrownBy(() -> reader.read("{\"action\":\"" + "x".repeat(20_000) + "\"}", 1))
        .isInstanceOf(ScriptException.class)
        .hasMessageContaining("20013 characters");
  }

  @Test
  void aFileShouldBeReadLineByLineAndEmptyLinesLeftOut() throws Exception {
    Path file = file("\n{\"action\":\"join\",\"player\":\"Анна\"}\r\n\n{\"action\":\"end\"}");

    assertThat(reader.read(file)).extracting(ScriptAction::line).containsExactly(2, 4);
    assertThat(reader.read(file).get(0).player()).isEqualTo("Анна");
  }

  @Test
  void aBadLineShouldBeNamedWithItsFileAndNumber() throws Exception {
    Path file = file("{\"action\":\"join\",\"player\":\"Anna\"}\n\n{\"action\":\"jump\"}\n");

    assertThatThrownBy(() -> reader.read(file))
        .isInstanceOf(ScriptException.class)
        .hasMessageStartingWith("script " + file + ", line 3: there is no action \"jump\"");
  }

  @Test
  void aFileThatIsNoScriptShouldBeRefusedInASentence() throws Exception {
    Path binary = folder.resolve("binary.jsonl");
    Files.write(binary, new byte[] {(byte) 0xC3, 0x28, '\n'});
    Path empty = file("\n\n");

    refused(folder.resolve("nowhere.jsonl"), "does not exist");
    refused(folder, "it is a folder");
    refused(binary, "not text in UTF-8");
    refused(empty, "has no actions");
  }

  private void refused(Path file, String reason) {
    assertThatThrownBy(() -> reader.read(file))
        .isInstanceOf(ScriptException.class)
        .hasMessageContaining(reason);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("script.jsonl"), text, StandardCharsets.UTF_8);
  }
}

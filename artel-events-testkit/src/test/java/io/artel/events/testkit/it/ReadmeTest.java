package io.artel.events.testkit.it;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
  @Test
  void programOfTheReadmeShouldCompileWithoutWarnings(@TempDir Path folder) {
    assertThatCode(() -> ReadmeProgram.compile(folder)).doesNotThrowAnyException();
  }
}

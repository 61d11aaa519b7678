package io.artel.events.testkit.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Mistakes put into the library turn scenarios red that are green without them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("long")
abstract class Mutants {

  private final List<Mutant> mutants;

  Mutants(List<Mutant> mutants) {
    this.mutants = mutants;
  }

  final List<Mutant> mutants() {
    return mutants;
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void mutantShouldTurnItsScenarioRed(Mutant mutant, @TempDir Path folder) throws Exception {
    assertThat(mutant.play(folder)).anyMatch(reason -> reason.contains(mutant.reason()));
  }

  @Test
  void libraryWithoutMistakesShouldBeGreen() throws Exception {
    String scenarios =
        mutants.stream().map(Mutant::scenario).distinct().collect(Collectors.joining(","));

    assertThat(Mutant.run(System.getProperty("java.class.path"), scenarios)).isEmpty();
  }
}

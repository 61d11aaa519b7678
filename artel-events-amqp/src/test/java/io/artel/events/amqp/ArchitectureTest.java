package io.artel.events.amqp;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The rules of the house for api and amqp, each with a look at what it saw. */
class ArchitectureTest {

  private static final String API = "io.artel.events";
  private static final String AMQP = "io.artel.events.amqp";
  private static final String INTERNAL = AMQP + ".internal..";

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(API);

  @Test
  void responsibilitiesShouldDependOnEachOtherWithoutCycles() {
    assertThat(seen(resideInAPackage(INTERNAL))).isGreaterThan(40);
    assertThat(responsibilities())
        .contains("background", "connection", "consume", "message", "metrics", "publish");

    slices().matching(AMQP + ".internal.(*)..").should().beFreeOfCycles().check(MAIN);
  }

  /**
   * One direction, from the delivery down to the wire; a new responsibility gets its place here.
   */
  @Test
  void responsibilitiesShouldOnlyKnowThoseBelowThem() {
    mayUse("background");
    mayUse("connection", "background");
    mayUse("message");
    mayUse("metrics", "background", "connection");
    mayUse("ordering");
    mayUse("spool");
    mayUse("publish", "background", "connection", "message", "metrics", "spool");
    mayUse("topology", "connection");
    mayUse("deadletter", "connection", "message", "topology");
    mayUse(
        "consume",
        "background",
        "connection",
        "message",
        "metrics",
        "ordering",
        "publish",
        "topology");
  }

  private static void mayUse(String responsibility, String... others) {
    String own = AMQP + ".internal." + responsibility + "..";
    assertThat(seen(resideInAPackage(own))).as(responsibility).isGreaterThan(1);
    Set<String> forbidden = responsibilities();
    forbidden.remove(responsibility);
    forbidden.removeAll(Set.of(others));
    assertThat(forbidden).isNotEmpty();
    noClasses()
        .that()
        .resideInAPackage(own)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            forbidden.stream().map(other -> AMQP + ".internal." + other).toArray(String[]::new))
        .check(MAIN);
  }

  private static Set<String> responsibilities() {
    return MAIN.that(resideInAPackage(INTERNAL)).stream()
        .map(seen -> seen.getPackageName().replaceFirst(".*\\.internal\\.([^.]+).*", "$1"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void apiShouldKnowNoBroker() {
    assertThat(seen(resideInAPackage(API))).isGreaterThan(30);

    classes()
        .that()
        .resideInAPackage(API)
        .should()
        .onlyDependOnClassesThat(
            are(
                resideInAnyPackage(
                        API, "java..", "javax..", "com.fasterxml.jackson..", "org.jspecify..")
                    .or(primitives())))
        .check(MAIN);
  }

  @Test
  void internalsShouldNotKnowThePublicFace() {
    assertThat(seen(resideInAPackage(AMQP))).isGreaterThan(5);

    noClasses()
        .that()
        .resideInAPackage(INTERNAL)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(AMQP)
        .check(MAIN);
  }

  @Test
  void publicFaceShouldShowNoInternals() {
    Set<String> shown = new TreeSet<>();
    int methods = 0;
    for (JavaClass each : MAIN.that(resideInAPackage(AMQP))) {
      if (!each.getModifiers().contains(JavaModifier.PUBLIC)) {
        continue;
      }
      for (var member : each.getCodeUnits()) {
        Set<JavaModifier> modifiers = member.getModifiers();
        if (!modifiers.contains(JavaModifier.PUBLIC)
            && !modifiers.contains(JavaModifier.PROTECTED)) {
          continue;
        }
        methods++;
        member.getAllInvolvedRawTypes().stream()
            .filter(resideInAnyPackage(INTERNAL, "com.rabbitmq.."))
            .forEach(type -> shown.add(member.getFullName() + " shows " + type.getName()));
      }
    }

    assertThat(shown).isEmpty();
    assertThat(methods).isGreaterThan(40);
  }

  @Test
  void nothingShouldWriteToTheConsoleOrToAnotherLog() {
    assertThat(MAIN.size()).isGreaterThan(100);

    noClasses().should(ACCESS_STANDARD_STREAMS).check(MAIN);
    noClasses().should(USE_JAVA_UTIL_LOGGING).check(MAIN);
  }

  @Test
  void clientsOwnRecoveryShouldNotBeUsed() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.rabbitmq.client.impl.recovery..")
        .check(MAIN);
    assertThat(seen(resideInAPackage(AMQP + ".internal.connection"))).isGreaterThan(5);
  }

  private static long seen(DescribedPredicate<? super JavaClass> predicate) {
    return MAIN.stream().filter(predicate).count();
  }

  private static DescribedPredicate<JavaClass> primitives() {
    return DescribedPredicate.describe(
        "primitives and arrays of them", each -> each.getBaseComponentType().isPrimitive());
  }
}

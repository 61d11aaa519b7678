package io.artel.events.testkit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The rules of the house for the testkit, each with a look at what it saw. */
class ArchitectureTest {
  private static final String TESTKIT = "io.artel.events.testkit";
  private static final String ROOMS = TESTKIT + ".internal.embedded.";

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(TESTKIT);

  @Test
  void theRoomsOfTheBrokerShouldOnlyKnowThoseBelowThem() {
    assertThat(rooms())
        .containsExactly(
            "channel",
            "clock",
            "connection",
            "control",
            "exchange",
            "fault",
            "message",
            "queue",
            "vhost",
            "wire");
    mayUse("wire");
    mayUse("clock");
    mayUse("message", "wire");
    mayUse("fault", "clock", "message", "wire");
    mayUse("exchange", "message", "wire");
    mayUse("queue", "clock", "message", "wire");
    mayUse("vhost", "clock", "exchange", "message", "queue", "wire");
    mayUse("channel", "clock", "exchange", "fault", "message", "queue", "vhost", "wire");
    mayUse("connection", "channel", "clock", "fault", "message", "queue", "vhost", "wire");
  }

  @Test
  void roomsShouldBeFreeOfCycles() {
    assertThat(seen(resideInAPackage(TESTKIT + ".internal.."))).isGreaterThan(100);
    slices().matching(ROOMS + "(*)..").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void theBrokerShouldNeedTheJdkOnly() {
    assertThat(seen(resideInAPackage(ROOMS + "."))).isGreaterThan(80);
    classes()
        .that()
        .resideInAPackage(ROOMS + ".")
        .should()
        .onlyDependOnClassesThat(
            are(
                resideInAnyPackage(
                        TESTKIT,
                        TESTKIT + ".internal.look",
                        ROOMS + ".",
                        "java..",
                        "org.jspecify..")
                    .or(primitives())))
        .check(MAIN);
  }

  @Test
  void theTestkitShouldUseOfTheLibraryWhatItsUsersCan() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.artel.events.amqp.internal..")
        .check(MAIN);
  }

  private static void mayUse(String room, String... others) {
    assertThat(seen(resideInAPackage(ROOMS + room))).as(room).isPositive();
    Set<String> forbidden = rooms();
    forbidden.remove(room);
    forbidden.removeAll(Set.of(others));
    noClasses()
        .that()
        .resideInAPackage(ROOMS + room)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden.stream().map(ROOMS::concat).toArray(String[]::new))
        .check(MAIN);
  }

  private static Set<String> rooms() {
    return MAIN.that(resideInAPackage(ROOMS + ".")).stream()
        .map(seen -> seen.getPackageName().substring(ROOMS.length()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static long seen(DescribedPredicate<? super JavaClass> predicate) {
    return MAIN.stream().filter(predicate).count();
  }

  private static DescribedPredicate<JavaClass> primitives() {
    return DescribedPredicate.describe(
        "primitives and arrays of them", each -> each.getBaseComponentType().isPrimitive());
  }
}

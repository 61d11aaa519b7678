package io.artel.events.testkit.contract;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Collects how each behaviour of the contract went on each broker, and writes {@code
 * target/contract.txt} when all is done: a line for each group of behaviours with the number that
 * held on each broker, and a line for each behaviour that did not hold everywhere.
 */
final class ContractTable implements AfterTestExecutionCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(ContractTable.class);

  @Override
  public void afterTestExecution(ExtensionContext context) {
    Contract test = (Contract) context.getRequiredTestInstance();
    context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Results.class)
        .add(
            test.getClass().getSimpleName(),
            context.getRequiredTestMethod().getName(),
            test.broker.toString(),
            context.getExecutionException());
  }

  /** All results of one run; closed by JUnit at its end. */
  static final class Results implements AutoCloseable {
    private final Map<String, Map<String, Map<String, Boolean>>> groups = new TreeMap<>();
    private final Set<String> brokers = new TreeSet<>();

    synchronized void add(
        String group, String behaviour, String broker, Optional<Throwable> failure) {
      brokers.add(broker);
      groups
          .computeIfAbsent(group, key -> new TreeMap<>())
          .computeIfAbsent(behaviour, key -> new TreeMap<>())
          .merge(broker, failure.isEmpty(), Boolean::logicalAnd);
    }

    @Override
    public synchronized void close() {
      Path file = Path.of("target", "contract.txt");
      try (PrintStream out = new PrintStream(Files.newOutputStream(file))) {
        print(out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void print(PrintStream out) {
      out.printf("%-28s %10s", "Contract", "behaviours");
      brokers.forEach(broker -> out.printf(" %14s", broker));
      out.println();
      groups.forEach((group, behaviours) -> line(out, group, behaviours));
      Map<String, Map<String, Boolean>> all = new TreeMap<>();
      groups.forEach(
          (group, behaviours) -> behaviours.forEach((name, on) -> all.put(group + "." + name, on)));
      line(out, "all", all);
      all.forEach(
          (behaviour, on) -> {
            if (on.containsValue(false) || !on.keySet().equals(brokers)) {
              out.println("not on all: " + behaviour + " " + on);
            }
          });
    }

    private void line(PrintStream out, String name, Map<String, Map<String, Boolean>> behaviours) {
      out.printf("%-28s %10d", name, behaviours.size());
      for (String broker : brokers) {
        long held =
            behaviours.values().stream().filter(on -> on.getOrDefault(broker, false)).count();
        out.printf(" %14d", held);
      }
      out.println();
    }
  }
}

package io.artel.events.testkit.internal.embedded.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Names and values in the order of the wire; of two values with one name the first counts. */
public final class FieldTable {
  /** The table without entries. */
  public static final FieldTable EMPTY = new FieldTable(Map.of());

  private final Map<String, FieldValue> fields;

  private FieldTable(Map<String, FieldValue> fields) {
    this.fields = fields;
  }

  /** {@return a table of these entries in their order} */
  public static FieldTable of(Map<String, FieldValue> fields) {
    return new FieldTable(Collections.unmodifiableMap(new LinkedHashMap<>(fields)));
  }

  /** {@return the value of a name, or null} */
  public @Nullable FieldValue get(String name) {
    return fields.get(name);
  }

  /** Whether there is a value of that name. */
  public boolean has(String name) {
    return fields.containsKey(name);
  }

  /** Whether there are no entries. */
  public boolean isEmpty() {
    return fields.isEmpty();
  }

  /** {@return the number of entries} */
  public int size() {
    return fields.size();
  }

  /** Calls the action with each entry, in order. */
  public void forEach(BiConsumer<String, FieldValue> action) {
    fields.forEach(action);
  }

  /** {@return the entries in order, read-only} */
  public Map<String, FieldValue> asMap() {
    return fields;
  }

  /** {@return this table with one more value, in place of one with the same name} */
  public FieldTable with(String name, FieldValue value) {
    Map<String, FieldValue> copy = new LinkedHashMap<>(fields);
    copy.put(name, value);
    return new FieldTable(Collections.unmodifiableMap(copy));
  }

  /** {@return this table without a name} */
  public FieldTable without(String name) {
    if (!fields.containsKey(name)) {
      return this;
    }
    Map<String, FieldValue> copy = new LinkedHashMap<>(fields);
    copy.remove(name);
    return new FieldTable(Collections.unmodifiableMap(copy));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FieldTable that && fields.equals(that.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  @Override
  public String toString() {
    return fields.toString();
  }
}

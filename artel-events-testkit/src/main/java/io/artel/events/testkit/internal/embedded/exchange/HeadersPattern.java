package io.artel.events.testkit.internal.embedded.exchange;

import io.artel.events.testkit.internal.embedded.wire.Dialect;
import io.artel.events.testkit.internal.embedded.wire.FieldTable;
import io.artel.events.testkit.internal.embedded.wire.FieldType;
import io.artel.events.testkit.internal.embedded.wire.FieldValue;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which headers a message must have, and with which values. */
final class HeadersPattern {
  private static final long MILLIS = 1000;

  private final Map<String, FieldValue> wanted;
  private final boolean oneSuffices;
  private final Dialect dialect;

  HeadersPattern(Map<String, FieldValue> wanted, boolean oneSuffices, Dialect dialect) {
    this.wanted = wanted;
    this.oneSuffices = oneSuffices;
    this.dialect = dialect;
  }

  boolean matches(FieldTable headers) {
    for (Map.Entry<String, FieldValue> want : wanted.entrySet()) {
      if (matches(want.getValue(), headers.get(want.getKey())) == oneSuffices) {
        return oneSuffices;
      }
    }
    return !oneSuffices;
  }

  private boolean matches(FieldValue want, @Nullable FieldValue header) {
    if (header == null) {
      return false;
    }
    return want.type() == FieldType.VOID || equal(want, inMillis(header));
  }

  /** Since 4.0 a time in a message counts in milliseconds, while that of a binding does not. */
  private FieldValue inMillis(FieldValue header) {
    return header.type() == FieldType.TIMESTAMP && dialect.since(Dialect.V4_0)
        ? FieldValue.of((Long) header.value() * MILLIS)
        : header;
  }

  /** Compares values as Erlang terms, in which most types look the same. */
  private boolean equal(FieldValue one, FieldValue other) {
    if (one.value() instanceof Long || isReal(one)) {
      return equalNumbers(one, other);
    }
    if (isList(one) && isList(other)) {
      return one.type() == other.type() ? equalLists(one, other) : isEmpty(one) && isEmpty(other);
    }
    // Text and bytes are one type to Erlang, nothing at all is another.
    boolean sameVoid = (one.type() == FieldType.VOID) == (other.type() == FieldType.VOID);
    return sameVoid && one.value().equals(other.value());
  }

  private boolean equalNumbers(FieldValue one, FieldValue other) {
    if (one.value() instanceof Long && other.value() instanceof Long) {
      return one.value().equals(other.value());
    }
    if (isReal(one) && isReal(other)) {
      double left = real(one);
      double right = real(other);
      return dialect.since(Dialect.V4_0) ? Double.compare(left, right) == 0 : left == right;
    }
    if (dialect.since(Dialect.V4_0)) {
      return false;
    }
    if (isReal(one)) {
      return other.value() instanceof Long whole && equal(whole, real(one));
    }
    return isReal(other) && equal((Long) one.value(), real(other));
  }

  private static boolean equal(long whole, double real) {
    return Double.isFinite(real) && BigDecimal.valueOf(whole).compareTo(new BigDecimal(real)) == 0;
  }

  /** Within lists and tables the types count too. */
  private boolean equalLists(FieldValue one, FieldValue other) {
    if (one.type() == FieldType.ARRAY) {
      List<FieldValue> right = other.elements();
      Iterator<FieldValue> left = one.elements().iterator();
      return one.elements().size() == right.size()
          && right.stream().allMatch(value -> equalInside(left.next(), value));
    }
    Map<String, FieldValue> right = other.table().asMap();
    Iterator<Map.Entry<String, FieldValue>> left = one.table().asMap().entrySet().iterator();
    return one.table().size() == right.size()
        && right.entrySet().stream()
            .allMatch(
                entry -> {
                  Map.Entry<String, FieldValue> own = left.next();
                  return own.getKey().equals(entry.getKey())
                      && equalInside(own.getValue(), entry.getValue());
                });
  }

  private boolean equalInside(FieldValue one, FieldValue other) {
    return one.type() == other.type() && equal(one, other);
  }

  private static boolean isReal(FieldValue value) {
    return value.type() == FieldType.FLOAT || value.type() == FieldType.DOUBLE;
  }

  private static double real(FieldValue value) {
    return ((Number) value.value()).doubleValue();
  }

  private static boolean isList(FieldValue value) {
    return value.type() == FieldType.ARRAY || value.type() == FieldType.TABLE;
  }

  private static boolean isEmpty(FieldValue list) {
    return list.type() == FieldType.ARRAY ? list.elements().isEmpty() : list.table().isEmpty();
  }
}

package io.artel.events;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DatabindException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.PropertyBindingException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Says why a body could not be read: the place and what was expected there. Jackson's own messages
 * quote the body, so none of them is passed on, nor is the exception that carries it.
 */
final class DecodeReason {

  private static final int LONGEST_PATH = 10;

  private DecodeReason() {}

  /**
   * The exception for a failure inside a key's value.
   *
   * @param key the key of the envelope that was being read
   * @param failure what the parser, the binding or a payload's constructor threw
   * @param parser where it stopped
   * @param offset how many bytes of the body come before what the parser was given
   * @param mapper knows the fields of payload classes, which are the only names below {@code data}
   *     that are shown
   */
  static MalformedEventException of(
      String key, Throwable failure, JsonParser parser, int offset, PayloadMapper mapper) {
    JsonProcessingException syntax = syntax(failure);
    String place = failure instanceof JsonMappingException e ? path(key, e, mapper::hasField) : key;
    if (syntax != null) {
      return new MalformedEventException(place + ": " + syntaxReason(syntax, offset));
    }
    return new MalformedEventException(place + ": " + reason(failure, parser));
  }

  /** What kind of value a token begins. */
  static String describe(@Nullable JsonToken token) {
    if (token == null) {
      return "nothing";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT -> "an integer";
      case VALUE_NUMBER_FLOAT -> "a number with fraction or exponent";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      default -> "nothing";
    };
  }

  /** The complaint of the parser itself that a failure is or wraps, or null. */
  private static @Nullable JsonProcessingException syntax(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause instanceof JsonProcessingException e && depth < 20; depth++) {
      if (!(e instanceof DatabindException)) {
        return e;
      }
      cause = e.getCause();
    }
    return null;
  }

  private static String syntaxReason(JsonProcessingException e, int offset) {
    if (e instanceof StreamConstraintsException) {
      return limit(e.getOriginalMessage());
    }
    if (e instanceof InputCoercionException) {
      return "the number is out of range";
    }
    if (e instanceof JsonEOFException) {
      return "the body ends in the middle";
    }
    long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
    return "not JSON" + (at < 0 ? "" : " at byte " + (at + offset));
  }

  private static String limit(@Nullable String message) {
    String text = message == null ? "" : message;
    if (text.startsWith("Document nesting depth")) {
      return "nested too deep";
    }
    if (text.startsWith("Name")) {
      return "a key is longer than " + PayloadMapper.MAX_NAME_LENGTH + " characters";
    }
    return text.startsWith("Number") || text.startsWith("BigDecimal")
        ? tooManyDigits()
        : "beyond a limit of the reader";
  }

  private static String tooManyDigits() {
    return "a number has more than " + StrictScalars.MAX_DIGITS + " digits";
  }

  private static String reason(Throwable failure, JsonParser parser) {
    if (failure instanceof InvalidTypeIdException) {
      return "names no subtype of the payload class";
    }
    if (failure instanceof PropertyBindingException) {
      return "has a field that the payload class refuses";
    }
    if (failure instanceof InvalidDefinitionException e) {
      return "the payload class " + typeName(e.getType()) + " cannot be read from JSON";
    }
    if (failure instanceof ValueInstantiationException e) {
      Throwable cause = e.getCause();
      return typeName(e.getType())
          + " refuses these values"
          + (cause == null ? "" : " (" + cause.getClass().getSimpleName() + ")");
    }
    if (failure instanceof MismatchedInputException e) {
      return mismatch(e.getTargetType(), parser);
    }
    if (failure instanceof StrictScalars.NumberTooLongException) {
      return tooManyDigits();
    }
    if (failure instanceof StackOverflowError) {
      return "nested too deep";
    }
    Throwable cause = failure instanceof JsonMappingException ? failure.getCause() : failure;
    return "cannot be read" + (cause == null ? "" : " (" + cause.getClass().getSimpleName() + ")");
  }

  private static String mismatch(@Nullable Class<?> target, JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == null || token == JsonToken.END_OBJECT) {
      return "is missing";
    }
    if (target == null) {
      return "found " + describe(token) + " where it does not fit";
    }
    String expected = (target.isEnum() ? "a name of " : "") + target.getSimpleName();
    boolean plain = isNumber(target) || target == String.class || isBoolean(target);
    boolean alike =
        token == JsonToken.VALUE_STRING ? !plain : isNumber(target) && token.isNumeric();
    return "expected "
        + expected
        + ", found "
        + describe(token)
        + (alike ? " that does not fit" : "");
  }

  private static boolean isNumber(Class<?> type) {
    return Number.class.isAssignableFrom(type) || (type.isPrimitive() && !isBoolean(type));
  }

  private static boolean isBoolean(Class<?> type) {
    return type == Boolean.class || type == Boolean.TYPE;
  }

  private static String typeName(@Nullable JavaType type) {
    return type == null ? "class" : type.getRawClass().getSimpleName();
  }

  /** {@code data.table.balls[3].points}, with a star for each name that the predicate refuses. */
  static String path(
      String key, JsonMappingException failure, BiPredicate<Class<?>, String> isShown) {
    StringBuilder path = new StringBuilder(key);
    List<JsonMappingException.Reference> references = failure.getPath();
    int length = references.size() - (failure instanceof PropertyBindingException ? 1 : 0);
    for (int i = 0; i < length; i++) {
      if (i == LONGEST_PATH) {
        return path.append(".…").toString();
      }
      JsonMappingException.Reference reference = references.get(i);
      String field = reference.getFieldName();
      if (field == null) {
        path.append('[').append(Math.max(0, reference.getIndex())).append(']');
      } else {
        Object from = reference.getFrom();
        Class<?> type =
            from instanceof Class<?> c ? c : from == null ? Object.class : from.getClass();
        path.append('.').append(isShown.test(type, field) ? field : "*");
      }
    }
    return path.toString();
  }
}

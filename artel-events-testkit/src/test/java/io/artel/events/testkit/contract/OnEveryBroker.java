package io.artel.events.testkit.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * Runs a {@link Contract} once on each broker of {@link EveryBroker}; each of its tests is one
 * behaviour, and a line of the table that {@link ContractTable} writes.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "{0}", autoCloseArguments = false)
@ArgumentsSource(EveryBroker.class)
@ExtendWith(ContractTable.class)
@interface OnEveryBroker {}

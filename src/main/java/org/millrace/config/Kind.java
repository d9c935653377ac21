package org.millrace.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks the record of one kind of configuration document: the text of its {@code kind:} key. Keys are the record's
 * components in snake_case ({@code sampleEvery} is {@code sample_every}); a trailing underscore avoids Java's keywords
 * ({@code for_} is {@code for}). */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Kind {
    String value();
}

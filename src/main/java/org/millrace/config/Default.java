package org.millrace.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The value, as it would be written in YAML, that stands in when the key is absent. A key without one is required,
 * unless its type is {@code Optional}, {@code List} or {@code Map} (absent = empty). */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
    String value();
}

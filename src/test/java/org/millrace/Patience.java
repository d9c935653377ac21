package org.millrace;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long every test waits for what must come to be true: long, because a busy machine is no fault and a met condition
 * costs nothing; and a probe that throws (a server not up yet, an answer without the field) has not been met yet. What
 * must be fast is measured by {@code hub bench}, not here. Registered for all tests by {@code META-INF/services}.
 */
public final class Patience implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(90));
        Awaitility.ignoreExceptionsByDefault();
    }
}

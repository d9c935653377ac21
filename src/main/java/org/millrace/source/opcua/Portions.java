package org.millrace.source.opcua;

import java.util.Optional;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.UInteger;

/** How much is asked of a server in one call. */
final class Portions {
    private Portions() {}

    /**
     * @param limit what the server says it takes; 0 and empty mean that it says nothing
     * @param most no more than this, whatever the server takes
     */
    static int of(Optional<UInteger> limit, int most) {
        return limit.map(UInteger::intValue)
                .filter(n -> n > 0)
                .map(n -> Math.min(n, most))
                .orElse(most);
    }
}
